//! What a section has to say: its tables and figures, and what does not speak for tagwire.

use std::fmt::Display;

use super::template::Names;

/// Of one section, or of all.
#[derive(Debug, Default)]
pub struct Findings {
    figures: Vec<(String, String)>,
    /// Who is better than tagwire at what.
    better: Vec<String>,
    /// Bounds that do not hold.
    missed: Vec<String>,
    /// Who was left out, and why.
    absent: Vec<String>,
    /// Those of them that should have been there.
    missing: Vec<String>,
    /// Why the figures may be no good.
    doubts: Vec<String>,
}

impl Findings {
    /// What a name in a template stands for.
    pub(crate) fn put(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.figures.push((name.into(), text.into()));
    }

    pub(crate) fn better(&mut self, sentence: impl Into<String>) {
        self.better.push(sentence.into());
    }

    /// Keeps the bound if it does not hold.
    pub(crate) fn bound(&mut self, words: &str, measured: &str, held: bool) {
        if !held {
            self.missed.push(format!("{words}: measured {measured}."));
        }
    }

    /// Keeps that somebody cannot do what is asked.
    pub(crate) fn leave_out(&mut self, who: &str, why: impl Display) {
        self.absent.push(format!("{who}: {why}"));
    }

    /// Keeps that somebody could not be installed, or does not run: the findings are not what they should be.
    pub(crate) fn miss(&mut self, who: &str, why: impl Display) {
        self.leave_out(who, &why);
        self.missing.push(format!("{who}: {why}"));
    }

    pub(crate) fn doubt(&mut self, sentence: impl Into<String>) {
        self.doubts.push(sentence.into());
    }

    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Takes what those of a section say to its disadvantage.
    pub(super) fn append(&mut self, title: &str, section: Self) {
        let titled = |lines: Vec<String>| lines.into_iter().map(|line| format!("{title}: {line}")).collect::<Vec<_>>();
        self.better.extend(titled(section.better));
        self.missed.extend(titled(section.missed));
        self.absent.extend(titled(section.absent));
        self.missing.extend(titled(section.missing));
        self.doubts.extend(titled(section.doubts));
    }

    pub(super) fn names(&self) -> Names {
        let mut names = Names::default();
        for (name, text) in &self.figures {
            names.put(name, text);
        }
        names.put("better", list("", &self.better, "Nobody is."));
        names.put("missed", list("", &self.missed, "All held."));
        names.put("absent", list("**Left out**, and in none of the tables:\n\n", &self.absent, ""));
        names.put("doubts", list("**Not to be relied on:**\n\n", &self.doubts, ""));
        names
    }
}

fn list(head: &str, lines: &[String], none: &str) -> String {
    match lines {
        [] => none.to_owned(),
        lines => format!("{head}{}", lines.iter().map(|line| format!("- {line}\n")).collect::<String>()),
    }
}

/// From the least to the most, if they differ.
pub(crate) fn range(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::NAN, f64::min);
    let most = values.iter().copied().fold(f64::NAN, f64::max);
    match values.len() {
        0 => "not measured".to_owned(),
        1 => times(least),
        _ => format!("{} to {}", times(least), times(most)),
    }
}

/// A ratio, with as many digits as it needs.
pub(crate) fn times(ratio: f64) -> String {
    match ratio {
        ratio if ratio.is_nan() => "not measured".to_owned(),
        ratio if ratio < 0.095 => format!("{ratio:.3}"),
        ratio if ratio < 20.0 => format!("{ratio:.2}"),
        ratio => format!("{ratio:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(range(&[2.0, 0.034, 31.4]), "0.034 to 31");
        assert_eq!(range(&[2.0]), "2.00");
        assert_eq!(range(&[]), "not measured");
        assert_eq!(times(f64::NAN), "not measured");
    }

    #[test]
    fn only_what_does_not_hold_is_kept() {
        let mut findings = Findings::default();
        findings.bound("a ≤ 1", "0.5", true);
        findings.bound("b ≤ 1", "1.5", false);
        assert_eq!(findings.missed, ["b ≤ 1: measured 1.5."]);
    }

    #[test]
    fn a_section_is_named_where_all_are_told() {
        let (mut section, mut whole) = (Findings::default(), Findings::default());
        section.better("somebody is faster.");
        section.leave_out("somebody", "cannot");
        section.miss("somebody else", "there is no such thing");
        whole.append("Server", section);
        assert_eq!(whole.better, ["Server: somebody is faster."]);
        assert_eq!(whole.absent, ["Server: somebody: cannot", "Server: somebody else: there is no such thing"]);
        assert_eq!(whole.missing(), ["Server: somebody else: there is no such thing"]);
    }

    #[test]
    fn nothing_to_tell() {
        let filled = Findings::default().names().fill("{{absent}}\n\n{{doubts}}\n\n{{missed}} {{better}}");
        assert_eq!(filled.unwrap_or_default(), "All held. Nobody is.");
    }
}

//! Templates: text with names in double braces.

use std::collections::BTreeMap;

use crate::Failure;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// What each name stands for.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn put(&mut self, name: &str, text: impl Into<String>) {
        self.0.insert(name.to_owned(), text.into());
    }

    pub(super) fn add(&mut self, prefix: &str, others: Self) {
        self.0.extend(others.0.into_iter().map(|(name, text)| (format!("{prefix}{name}"), text)));
    }

    /// The template with all names replaced. A name of nothing is an error: it is a slip of the pen.
    ///
    /// Of a line that is but a name that stands for nothing, nothing is left, nor of the empty line after it.
    pub(super) fn fill(&self, template: &str) -> Result<String, Failure> {
        let mut filled = String::with_capacity(2 * template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let (name, after) = after.split_once(CLOSE).ok_or("a template with a name that does not end")?;
            let text = self.0.get(name).ok_or_else(|| format!("no such figure: {name}"))?;
            filled.push_str(before);
            filled.push_str(text.trim_end());
            let alone = text.is_empty() && (filled.is_empty() || filled.ends_with('\n'));
            rest = after.strip_prefix("\n\n").filter(|_| alone).unwrap_or(after);
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.put("one", "1");
        names.put("a name, with spaces", "2\n");
        names.put("none", "");
        names
    }

    fn filled(template: &str) -> String {
        names().fill(template).unwrap_or_else(|failure| failure.to_string())
    }

    #[test]
    fn names_are_replaced() {
        assert_eq!(filled("a {{one}} b {{a name, with spaces}}{{one}}\n"), "a 1 b 21\n");
        assert_eq!(filled("no names, but a {brace}"), "no names, but a {brace}");
    }

    #[test]
    fn what_stands_for_nothing_leaves_no_gap() {
        assert_eq!(filled("a\n\n{{none}}\n\nb\n"), "a\n\nb\n");
        assert_eq!(filled("a {{none}}\n\nb\n"), "a \n\nb\n");
    }

    #[test]
    fn unknown_names_are_errors() {
        assert_eq!(filled("{{two}}"), "no such figure: two");
        assert_eq!(filled("{{one"), "a template with a name that does not end");
    }

    #[test]
    fn prefixes() {
        let mut all = Names::default();
        all.add("part.", names());
        assert_eq!(all.fill("{{part.one}}").unwrap_or_default(), "1");
    }
}

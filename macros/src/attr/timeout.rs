//! `timeout = "30s"`.

use std::time::Duration;

use syn::{Error, LitStr};

/// How long a call may take; none for no limit.
pub(crate) type Timeout = Option<Duration>;

pub(super) fn parse(text: &LitStr) -> syn::Result<Timeout> {
    let value = text.value();
    if value == "none" {
        return Ok(None);
    }
    let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (number, unit) = value.split_at(digits);
    let seconds = |number: u64, unit: u64| number.checked_mul(unit).map(Duration::from_secs);
    let duration = number.parse().ok().and_then(|number| match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "min" => seconds(number, 60),
        _ => None,
    });
    match duration {
        Some(Duration::ZERO) => Err(Error::new(text.span(), format_args!("no call is over in no time: {FORM}"))),
        Some(duration) => Ok(Some(duration)),
        None => Err(Error::new(text.span(), format_args!("{value:?} is no time limit: {FORM}"))),
    }
}

pub(super) const FORM: &str =
    "`timeout = \"30s\"`, `timeout = \"500ms\"`, `timeout = \"5min\"`, or `timeout = \"none\"` for no limit";

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn parsed(text: &str) -> Option<Timeout> {
        parse(&LitStr::new(text, Span::call_site())).ok()
    }

    #[test]
    fn a_limit_has_a_number_and_a_unit() {
        assert_eq!(parsed("30s"), Some(Some(Duration::from_secs(30))));
        assert_eq!(parsed("500ms"), Some(Some(Duration::from_millis(500))));
        assert_eq!(parsed("2min"), Some(Some(Duration::from_secs(120))));
        assert_eq!(parsed("none"), Some(None));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "30", "s", "30 s", "-1s", "1.5s", "0s", "1h", "None", "307445734561825861min"] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }
}

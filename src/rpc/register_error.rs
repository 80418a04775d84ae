use std::fmt;
use std::panic::Location;

use super::method::Method;

/// A method cannot be registered under its name: another one has it, or no call can name it.
///
/// ```
/// use tagwire::Methods;
///
/// let own = Methods::new().register_fn("status", || "fine");
/// let plugin = Methods::new().register_fn("status", || "who knows");
/// // A clone shares its entries, so the table is still there where a plugin does not fit.
/// match own.clone().try_merge(plugin) {
///     Ok(_) => unreachable!("two of one name"),
///     Err(error) => println!("the plugin is left out: {error}"),
/// }
/// assert_eq!(own.len(), 1);
/// ```
#[derive(Debug, Clone)]
pub struct RegisterError {
    what: String,
    /// Where the method was named before, and where it is now.
    places: Vec<Option<&'static Location<'static>>>,
}

impl RegisterError {
    pub(super) fn twice(what: &str, first: &dyn Method, second: &dyn Method) -> Self {
        Self {
            what: format!("{what} is registered twice"),
            places: vec![first.info().defined_at(), second.info().defined_at()],
        }
    }

    pub(super) fn unreachable(name: &str, method: &dyn Method) -> Self {
        Self {
            what: format!("no call can name method {name:?}, for blanks are trimmed and XML has not every character"),
            places: vec![method.info().defined_at()],
        }
    }
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place =
            |place: &Option<&Location<'_>>| place.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let places: Vec<_> = self.places.iter().map(place).collect();
        write!(f, "{}: at {}", self.what, places.join(" and at "))
    }
}

impl std::error::Error for RegisterError {}

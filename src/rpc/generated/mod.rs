//! What the code that the macros generate refers to, through the hidden `__private`.
//!
//! A name with `__tagwire_` in front is called as a method on a value of ours in a user's module, where the user's own
//! traits are in scope too: no trait of theirs has such a method, not even one for all types.

mod annotated;
mod check;
mod demands;
#[cfg(feature = "macros")]
mod derived;
mod result_type;
#[cfg(feature = "macros")]
mod with_rest;

pub use self::annotated::{Annotated, annotated_as, annotated_blocking};
pub use self::check::{ArgumentFits, ErrorFits, FallibleFits, FutureFits, ResultFits, Unfit, check, check_result};
#[cfg(feature = "macros")]
pub use self::derived::{Cause, FaultCode, FaultText, HasSource, IntoFault, NoSource, fault, hidden, transparent};
pub use self::result_type::{ProbeResult, ResultType, UnknownResultType};
#[cfg(feature = "macros")]
pub use self::with_rest::WithRest;

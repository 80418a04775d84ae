//! What a method's errors are to its callers: faults by hand, by a derive, and errors that are no business of theirs.
//!
//! `cargo run --example errors_as_faults`

use std::io;
use std::process::ExitCode;

use tagwire::{Fault, XmlRpcFault, methods, xmlrpc_method};

#[path = "support/serve.rs"]
mod serve;

// ── by hand: an error that a handler returns is anything that is Into<Fault> ──

#[derive(Debug)]
enum Refusal {
    Negative,
    TooLarge { limit: u32 },
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Negative => Self::invalid_params("an amount is not negative"),
            Refusal::TooLarge { limit } => Self::new(413, format!("an amount is at most {limit}")),
        }
    }
}

/// Checks an amount.
#[xmlrpc_method]
fn amount(value: i64) -> Result<u32, Refusal> {
    const LIMIT: u32 = 1000;
    match u32::try_from(value) {
        Ok(value) if value <= LIMIT => Ok(value),
        _ if value < 0 => Err(Refusal::Negative),
        _ => Err(Refusal::TooLarge { limit: LIMIT }),
    }
}

// ── by a derive: the text is that of Display, the code stands beside the variant ──

#[derive(Debug, thiserror::Error, XmlRpcFault)]
enum BankError {
    #[error("there is no account {0}")]
    #[fault(code = 404)]
    NoAccount(u32),
    /// -32500, since it says nothing else.
    #[error("the bank is closed")]
    Closed,
    /// What the field becomes.
    #[error("a wrong amount")]
    #[fault(transparent)]
    Amount(Refusal),
    /// "internal error N" to the caller; the text is logged under that number.
    #[error("the accounts cannot be read")]
    #[fault(hidden)]
    Storage(#[from] io::Error),
}

/// Withdraws an amount from an account: 1 is a good one, 2 is somewhere that cannot be read.
#[xmlrpc_method]
async fn withdraw(account: u32, value: i64) -> Result<u32, BankError> {
    match account {
        0 => Err(BankError::Closed),
        1 => amount(value).map_err(BankError::Amount),
        2 => Err(io::Error::other("/var/bank/2 is on fire").into()),
        _ => Err(BankError::NoAccount(account)),
    }
}

// ── on the spot: for any error that a caller could do nothing about ──

/// The message of the day.
#[xmlrpc_method]
fn motd() -> Result<String, Fault> {
    std::fs::read_to_string("/no/such/file").map_err(Fault::hidden)
}

#[tokio::main]
async fn main() -> ExitCode {
    serve::serve(methods![amount, withdraw, motd], PYTHON).await
}

const PYTHON: &str = "s = MultiCall(ServerProxy('http://ADDRESS/')); \
                      [s.withdraw(number, 2000) for number in range(4)]; s.motd(); print(*s().results, sep='\\n')";

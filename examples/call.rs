//! Calls a method of any XML-RPC server from the command line.
//!
//! ```text
//! cargo run --example call -- http://localhost:8000/ add 2 3
//! ```

use std::io::{self, Write};
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use tagwire::client::Error;
use tagwire::{Binary, Client, DateTime, Dialect, Struct, Value};

const HELP: &str = "\
Calls a method of an XML-RPC server and prints its result as JSON.

Usage: call URL METHOD [JSON...]

  URL     http://[user:password@]host[:port][/path]; without a path, /RPC2
          https://… if it is built with the feature tls
          unix:/path/of/socket[:/path], for supervisor and the like
          scgi://host:port or scgi+unix:/path/of/socket, for rtorrent
  METHOD  such as system.listMethods
  JSON    the arguments; one that is no JSON is a string, so 5 is an int, and
          '\"5\"' and five are strings

An object with the one member \"base64\" or \"dateTime\" stands for a value of that
type, in arguments and in the result:
  {\"base64\": \"aGVsbG8=\"}  {\"dateTime\": \"20260131T12:00:00\"}
A double that is no number is printed as \"NaN\", \"inf\" or \"-inf\", and a number of
unlimited size as a string.

Exit code: 0 a result, 1 a fault, 2 a mistake in the arguments, 3 no connection,
a time limit or an HTTP status other than 200, 4 a reply that is not XML-RPC.
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Command::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => print(HELP.trim_end()),
        Ok(Command::Call { url, method, params }) => match call(&url, &method, params).await {
            Ok(result) => print(&result),
            Err(failure) => Err(failure),
        },
        Err(mistake) => Err(Failure::usage(mistake)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to tell if nobody listens.
            writeln!(io::stderr(), "{}", failure.message).ok();
            failure.code.into()
        }
    }
}

enum Command {
    Help,
    Call { url: String, method: String, params: Vec<Value> },
}

impl Command {
    fn parse(arguments: impl Iterator<Item = std::ffi::OsString>) -> Result<Self, String> {
        let mut words = Vec::new();
        for argument in arguments {
            words.push(argument.into_string().map_err(|word| format!("{} is not UTF-8", word.display()))?);
        }
        let mut words = words.into_iter();
        match (words.next(), words.next()) {
            (Some(word), _) if ["--help", "-h"].contains(&word.as_str()) => Ok(Self::Help),
            (Some(url), Some(method)) => {
                let params = words.map(|word| param(&word)).collect::<Result<_, _>>()?;
                Ok(Self::Call { url, method, params })
            }
            _ => Err("usage: call URL METHOD [JSON...]; call --help says more".to_owned()),
        }
    }
}

async fn call(url: &str, method: &str, params: Vec<Value>) -> Result<String, Failure> {
    let client = Client::builder(url).dialect(Dialect::default().allow_none(true).raw_dates(true)).build()?;
    let result: Value = client.call(method, params).await?;
    serde_json::to_string(&Json(&result)).map_err(|error| Failure { code: 4, message: error.to_string() })
}

/// Standard output may be closed: by then the call is made, and its result has nowhere to go.
fn print(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{text}").map_err(|error| Failure { code: 3, message: error.to_string() })
}

/// A message for standard error and the exit code.
struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    fn usage(message: String) -> Self {
        Self { code: 2, message }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if let Some(fault) = error.fault() {
            return Self { code: 1, message: fault.to_string() };
        }
        let code = if error.is_request() {
            2
        } else if error.is_not_xmlrpc() || error.is_type_mismatch() {
            4
        } else {
            3
        };
        Self { code, message: format!("{error:#}") }
    }
}

/// One argument: JSON, or any other text as a string.
fn param(text: &str) -> Result<Value, String> {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return Ok(text.into());
    }
    check_integers(text)?;
    let value = serde_json::from_str(text).map_err(|error| format!("{text}: {error}"))?;
    typed(value)
}

/// A JSON reader takes an integer that fits no type of its own for a floating-point number; sent like that it
/// would be another number. `json` is well-formed.
fn check_integers(json: &str) -> Result<(), String> {
    let (mut outside, mut in_string) = (String::new(), false);
    let mut characters = json.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => in_string = !in_string,
            '\\' => drop(characters.next()),
            _ if in_string => {}
            _ => outside.push(character),
        }
    }
    let words = outside.split(|c: char| c.is_ascii_whitespace() || "[]{},:".contains(c));
    for word in words {
        let digits = word.strip_prefix('-').unwrap_or(word);
        let integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if integer && word.parse::<i64>().is_err() {
            return Err(format!("{word} needs more than 64 bits"));
        }
    }
    Ok(())
}

/// Puts dates and bytes in the place of the objects that stand for them.
fn typed(value: Value) -> Result<Value, String> {
    match value {
        Value::Array(elements) => Ok(Value::Array(elements.into_iter().map(typed).collect::<Result<_, _>>()?)),
        Value::Struct(members) => {
            if members.len() == 1 {
                if let Some(text) = members.get("dateTime").and_then(Value::as_str) {
                    return Ok(DateTime::new(text).into());
                }
                if let Some(text) = members.get("base64").and_then(Value::as_str) {
                    let bytes = STANDARD.decode(text).map_err(|error| format!("{text} is not base64: {error}"))?;
                    return Ok(Binary::from(bytes).into());
                }
            }
            let members = members.into_iter().map(|(name, value)| Ok((name, typed(value)?)));
            Ok(Value::Struct(members.collect::<Result<Struct, String>>()?))
        }
        other => Ok(other),
    }
}

/// A value as JSON, members in their order.
struct Json<'a>(&'a Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Int(number) => serializer.serialize_i32(*number),
            Value::I8(number) => serializer.serialize_i64(*number),
            Value::Boolean(truth) => serializer.serialize_bool(*truth),
            Value::Double(number) if number.is_finite() => serializer.serialize_f64(*number),
            Value::Double(number) => serializer.collect_str(number),
            Value::String(text) | Value::BigInteger(text) | Value::BigDecimal(text) => serializer.serialize_str(text),
            Value::DateTime(date) => single(serializer, "dateTime", date.as_str()),
            Value::Base64(bytes) => single(serializer, "base64", &STANDARD.encode(bytes.as_slice())),
            Value::Struct(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, Json(value)))),
            Value::Array(elements) => serializer.collect_seq(elements.iter().map(Json)),
            Value::Nil => serializer.serialize_unit(),
            other => Err(S::Error::custom(format!("a result of type {} has no form here", other.value_type()))),
        }
    }
}

fn single<S: Serializer>(serializer: S, name: &str, text: &str) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, text)?;
    map.end()
}

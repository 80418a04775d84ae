//! The validation suite of the XML-RPC site: each method exercises one thing that a server may get wrong.

use serde::{Deserialize, Serialize};
use tagwire::{Binary, DateTime, Fault, Methods, Struct, de, methods, xmlrpc_method};

pub(crate) fn methods() -> Methods {
    methods![
        array_of_structs,
        count_the_entities,
        easy_struct,
        echo_struct,
        many_types,
        moderate_size_array,
        nested_struct,
        simple_struct_return
    ]
    .prefix("validator1")
}

#[derive(Deserialize)]
struct Stooges {
    moe: i32,
    larry: i32,
    curly: i32,
}

/// The sum of all members named curly.
#[xmlrpc_method(name = "arrayOfStructsTest")]
fn array_of_structs(structs: Vec<Stooges>) -> Result<i32, Fault> {
    sum(structs.iter().map(|stooges| stooges.curly))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entities {
    ct_left_angle_brackets: u64,
    ct_right_angle_brackets: u64,
    ct_ampersands: u64,
    ct_apostrophes: u64,
    ct_quotes: u64,
}

/// How many characters of the text are such that XML has entities for them.
#[xmlrpc_method(name = "countTheEntities")]
fn count_the_entities(text: String) -> Entities {
    let count = |character| text.matches(character).count() as u64;
    Entities {
        ct_left_angle_brackets: count('<'),
        ct_right_angle_brackets: count('>'),
        ct_ampersands: count('&'),
        ct_apostrophes: count('\''),
        ct_quotes: count('"'),
    }
}

/// The sum of moe, larry and curly.
#[xmlrpc_method(name = "easyStructTest")]
fn easy_struct(stooges: Stooges) -> Result<i32, Fault> {
    sum([stooges.moe, stooges.larry, stooges.curly])
}

/// Gives a struct back.
#[xmlrpc_method(name = "echoStructTest")]
fn echo_struct(value: Struct) -> Struct {
    value
}

/// Gives an array of the six arguments.
#[xmlrpc_method(name = "manyTypesTest")]
fn many_types(
    int: i32,
    boolean: bool,
    string: String,
    double: f64,
    date: DateTime,
    binary: Binary,
) -> (i32, bool, String, f64, DateTime, Binary) {
    (int, boolean, string, double, date, binary)
}

/// The first and the last text of an array, joined.
#[xmlrpc_method(name = "moderateSizeArrayCheck")]
fn moderate_size_array(texts: Vec<String>) -> Result<String, Fault> {
    match texts.as_slice() {
        [only] => Ok(only.repeat(2)),
        [first, .., last] => Ok(format!("{first}{last}")),
        [] => Err(Fault::invalid_params("the array is empty")),
    }
}

/// The sum of moe, larry and curly on the first of April 2000, in a calendar of years of months of days.
#[xmlrpc_method(name = "nestedStructTest")]
fn nested_struct(calendar: Struct) -> Result<i32, Fault> {
    // Other days hold other things, or nothing.
    let day = calendar.get("2000").and_then(|year| year.get("04")?.get("01"));
    let day = day.ok_or_else(|| Fault::invalid_params("the calendar has no 2000, 04, 01"))?;
    easy_struct(de::from_value(day.clone())?)
}

#[derive(Serialize)]
struct Multiples {
    times10: i64,
    times100: i64,
    times1000: i64,
}

/// A number, multiplied by 10, 100 and 1000.
#[xmlrpc_method(name = "simpleStructReturnTest")]
fn simple_struct_return(number: i32) -> Multiples {
    let number = i64::from(number);
    Multiples { times10: number * 10, times100: number * 100, times1000: number * 1000 }
}

fn sum(numbers: impl IntoIterator<Item = i32>) -> Result<i32, Fault> {
    let sum = numbers.into_iter().try_fold(0, i32::checked_add);
    sum.ok_or_else(|| Fault::application("the sum is too large"))
}

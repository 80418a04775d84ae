//! Types of Rust that documents are read into.

use std::collections::BTreeMap;

use serde::Deserialize;
use tagwire::{Binary, DateTime, Value};

/// A struct with a field of every kind.
#[derive(Debug, PartialEq, Deserialize)]
pub struct Record {
    pub name: String,
    pub a: Option<i32>,
    #[serde(default)]
    pub b: i64,
    #[serde(default)]
    pub small: Option<u8>,
    #[serde(default)]
    pub flag: bool,
    pub x: Option<f64>,
    pub when: Option<DateTime>,
    pub data: Option<Binary>,
    pub letter: Option<char>,
    pub pair: Option<(i32, String)>,
    pub items: Option<Vec<Record>>,
    pub map: Option<BTreeMap<String, Value>>,
    pub shape: Option<Shape>,
    pub any: Option<Value>,
}

/// The same members, with what is not named kept beside them.
#[derive(Debug, PartialEq, Deserialize)]
pub struct Open {
    pub name: Option<String>,
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// A variant of every kind; recursive.
#[derive(Debug, PartialEq, Deserialize)]
pub enum Shape {
    Point,
    #[serde(rename = "a")]
    Number(i32),
    #[serde(rename = "b")]
    Pair(i32, String),
    #[serde(rename = "name")]
    Named {
        x: Option<f64>,
        inner: Option<Box<Shape>>,
    },
    More(Vec<Shape>),
}

/// Read by trying one after the other, over serde's own buffer.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Either {
    Number(i32),
    Text(String),
    Many(Vec<Either>),
    Record(BTreeMap<String, Either>),
}

//! The Rust types of the payloads. Each library has its own for dates and bytes, so those are parameters.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dxr::{TryFromValue, TryToValue};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// An element of `p3_structs`.
#[derive(serde::Serialize, serde::Deserialize, TryFromValue, TryToValue)]
pub(crate) struct Record<D, B> {
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) price: f64,
    pub(crate) active: bool,
    pub(crate) when: D,
    pub(crate) blob: B,
    pub(crate) triple: (i32, i32, i32),
    pub(crate) sub: Sub,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, TryFromValue, TryToValue)]
pub(crate) struct Sub {
    x: i32,
    label: String,
}

/// An element of `p6_multicall`.
#[derive(serde::Serialize, serde::Deserialize, TryFromValue, TryToValue)]
#[expect(non_snake_case, reason = "dxr's derive cannot rename a field")]
pub(crate) struct Call {
    methodName: String,
    params: Vec<i32>,
}

/// An element of `p7_records`.
#[derive(serde::Serialize, serde::Deserialize, TryFromValue, TryToValue)]
pub(crate) struct Torrent {
    hash: String,
    name: String,
    base_path: String,
    size_bytes: String,
    completed_bytes: String,
    up_rate: String,
    down_rate: String,
    ratio: String,
    is_active: i32,
    is_open: i32,
    state: i32,
    priority: i32,
    message: String,
    tracker: String,
    custom1: String,
    creation_date: i32,
    peers_complete: i32,
    partner: String,
    email: String,
    active: bool,
}

/// Bytes for `serde_xmlrpc`, which has no type for them but hands them to serde as such. From JSON they come as the
/// payloads have them there, in base64.
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BytesVisitor;

        impl Visitor<'_> for BytesVisitor {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Bytes, E> {
                STANDARD.decode(text).map(Bytes).map_err(E::custom)
            }
        }

        deserializer.deserialize_any(BytesVisitor)
    }
}

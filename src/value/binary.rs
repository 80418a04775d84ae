use std::fmt;

/// Bytes, written as `<base64>`.
///
/// `Vec<u8>` is a sequence of numbers to serde and travels as an array of int; wrap it in `Binary` to
/// send it as base64. CPython's `xmlrpc.client.Binary` is the same idea.
///
/// ```
/// use tagwire::{Binary, Dialect, ser};
///
/// let xml = ser::to_vec(&Binary::from(b"hello".to_vec()), &Dialect::default())?;
/// assert_eq!(xml, b"<value><base64>aGVsbG8=</base64></value>");
/// assert_eq!(tagwire::de::from_slice::<Binary>(&xml)?.into_vec(), b"hello");
/// # Ok::<(), tagwire::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Binary(Vec<u8>);

impl Binary {
    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, without a copy.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Binary {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Binary {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<Binary> for Vec<u8> {
    fn from(binary: Binary) -> Self {
        binary.0
    }
}

impl AsRef<[u8]> for Binary {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binary({} bytes)", self.0.len())
    }
}

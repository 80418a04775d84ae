//! The names of elements, as text.

/// The length of the name at the start of `bytes`, as far as it is of the usual characters.
#[inline]
pub(super) fn plain_name(bytes: &[u8]) -> usize {
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return 0;
    }
    let usual = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'_' | b'-');
    bytes.iter().position(|&byte| !usual(byte)).unwrap_or(bytes.len())
}

/// The name that begins at a byte of the document.
pub(super) fn name_at(document: &str, start: usize) -> &str {
    let rest = &document[start..];
    let end = rest.bytes().position(ends_name).unwrap_or(rest.len());
    &rest[..end]
}

fn ends_name(byte: u8) -> bool {
    matches!(byte, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether this can be the name of an element; of characters beyond ASCII any will do.
pub(super) fn is_name(name: &str) -> bool {
    let starts = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80;
    let goes_on = |byte: u8| starts(byte) || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    name.bytes().next().is_some_and(starts) && name.bytes().all(goes_on)
}

//! The direct path of the reader gives the same tokens, or the same error, as quick-xml alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwire::__private::reader_tokens;

fuzz_target!(|document: &str| {
    let both = reader_tokens(document, false);
    let quick_xml_only = reader_tokens(document, true);
    assert_eq!(both, quick_xml_only, "left: with the direct path, right: quick-xml alone, of {document:?}");
});

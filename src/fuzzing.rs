//! What the fuzz targets need to see of the inside.

use crate::message::MethodCall;
use crate::value::Value;
use crate::xml::limits::Limits;
use crate::xml::reader::{Mark, Reader, Token};

/// The tokens of a document, and what it holds as a call; or the code of the error that they end with.
///
/// # Errors
/// The code of the error in the document.
pub fn reader_tokens(document: &str, quick_xml_only: bool) -> Result<Vec<String>, i64> {
    fn start<'a>(document: &'a str, quick_xml_only: bool, mark: &'a mut Mark) -> Result<Reader<'a>, crate::Error> {
        let reader = Reader::new(document, Limits::default(), mark)?;
        Ok(if quick_xml_only { reader.through_quick_xml_only() } else { reader })
    }
    let read = || {
        let mut mark = Mark::default();
        let mut reader = start(document, quick_xml_only, &mut mark)?;
        let mut tokens = Vec::new();
        loop {
            let token = reader.next()?;
            tokens.push(format!("{token:?}"));
            if token == Token::Eof {
                return Ok(tokens);
            }
        }
    };
    let mut tokens: Vec<String> = read().map_err(|error: crate::Error| error.code())?;
    let mut mark = Mark::default();
    let call =
        start(document, quick_xml_only, &mut mark).and_then(|mut reader| MethodCall::<Vec<Value>>::read(&mut reader));
    tokens.push(match call {
        Ok(call) => format!("{call:?}"),
        Err(error) => error.code().to_string(),
    });
    Ok(tokens)
}

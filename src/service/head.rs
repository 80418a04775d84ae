//! What the head of a request tells, before anything of its body is read.

use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Method, Version};
use http_body::Body;

use super::accept::accepts_gzip;
use super::body::Expected;
use super::origin::SEC_FETCH_SITE;
use super::refusal::Refusal;
use super::settings::Settings;
use crate::coding::Coding;
use crate::rpc::Dispatcher;

/// What matters of the headers, from one walk through them: to look each up by its name takes longer, since most of them are
/// not there.
#[derive(Default)]
pub(super) struct Head<'a> {
    /// The size of the headers as they were sent: each with a colon, a blank and a line end.
    size: usize,
    length: Option<&'a HeaderValue>,
    content_type: Option<&'a HeaderValue>,
    is_chunked: bool,
    is_encoded: bool,
    is_awaited: bool,
    says_what_it_accepts: bool,
    /// Whether a browser says whose page it is.
    is_of_page: bool,
}

/// How many headers a request may have, and how large they may be together.
const MAX_HEADERS: usize = 100;
const MAX_HEADERS_SIZE: usize = 32 * 1024;

impl<'a> Head<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            head.size += name.as_str().len() + value.len() + 4;
            match name {
                name if *name == header::CONTENT_LENGTH => head.length = head.length.or(Some(value)),
                name if *name == header::CONTENT_TYPE => head.content_type = head.content_type.or(Some(value)),
                name if *name == header::ACCEPT_ENCODING => head.says_what_it_accepts = true,
                name if *name == header::TRANSFER_ENCODING => head.is_chunked = true,
                name if *name == header::CONTENT_ENCODING => head.is_encoded = true,
                name if *name == header::EXPECT => head.is_awaited = true,
                name if *name == header::ORIGIN || *name == SEC_FETCH_SITE => head.is_of_page = true,
                _ => {}
            }
        }
        head
    }

    /// Who answers the request, unless it is refused.
    pub(super) fn check<'s>(
        &self,
        settings: &'s Settings,
        parts: &Parts,
        expected: Expected,
        body: &impl Body,
    ) -> Result<&'s Dispatcher, Refusal> {
        let dispatcher = settings.routes.find(parts.uri.path()).ok_or(Refusal::NoSuchPage)?;
        if settings.callers.are_misdirected(parts) {
            return Err(Refusal::Misdirected);
        }
        if parts.method != Method::POST {
            return Err(Refusal::MethodNotAllowed);
        }
        if self.is_of_page && settings.callers.are_strangers(parts) {
            return Err(Refusal::Stranger);
        }
        if parts.headers.len() > MAX_HEADERS || self.size > MAX_HEADERS_SIZE {
            return Err(Refusal::HeadersTooLarge);
        }
        if self.is_chunked && !settings.accept_chunked {
            return Err(Refusal::Chunked);
        }
        // Without a length hyper gives an empty body. One that is made in this process knows its length.
        let framed = self.length.is_some() || self.is_chunked;
        if !framed && body.is_end_stream() && parts.version >= Version::HTTP_11 {
            return Err(Refusal::LengthRequired);
        }
        if !is_readable(expected.coding) {
            return Err(Refusal::UnsupportedEncoding);
        }
        if settings.require_xml && !self.is_xml() {
            return Err(Refusal::NotXml);
        }
        let most = settings.body.max_size;
        match expected.length.is_some_and(|length| length > most) || body.size_hint().lower() > most as u64 {
            true => Err(Refusal::TooLarge),
            false => Ok(dispatcher),
        }
    }

    /// What is to be read after it.
    pub(super) fn expected(&self, headers: &HeaderMap) -> Expected {
        Expected {
            length: self.length.and_then(number),
            coding: if self.is_encoded { Coding::of(headers) } else { Coding::Identity },
            is_awaited: self.is_awaited,
        }
    }

    /// The content type, if it says more than its name: perhaps the encoding.
    pub(super) fn parameters(&self) -> Option<HeaderValue> {
        self.content_type.filter(|value| value.as_bytes().contains(&b';')).cloned()
    }

    pub(super) fn accepts_gzip(&self, headers: &HeaderMap) -> bool {
        self.says_what_it_accepts && accepts_gzip(headers)
    }

    fn is_xml(&self) -> bool {
        let content_type = self.content_type.and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        ["text/xml", "application/xml"].iter().any(|xml| media_type.eq_ignore_ascii_case(xml))
    }
}

fn is_readable(coding: Coding) -> bool {
    match coding {
        Coding::Identity => true,
        Coding::Gzip | Coding::Deflate => cfg!(feature = "gzip"),
        Coding::Unknown => false,
    }
}

/// Digits and nothing else: a sign, which the standard library would read, is none.
fn number(value: &HeaderValue) -> Option<usize> {
    if value.is_empty() {
        return None;
    }
    value.as_bytes().iter().try_fold(0_usize, |number, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit as usize)
    })
}

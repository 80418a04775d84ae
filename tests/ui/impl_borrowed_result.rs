use std::borrow::Cow;

use serde::Serialize;
use tagwire::{Fault, xmlrpc_methods};

struct Page {
    title: String,
    lines: Vec<String>,
}

#[xmlrpc_methods]
impl Page {
    #[xmlrpc_method]
    fn title(&self) -> &str {
        &self.title
    }

    #[xmlrpc_method]
    async fn line(&self, n: usize) -> Result<&String, Fault> {
        self.lines.get(n).ok_or_else(|| Fault::application("no such line"))
    }

    #[xmlrpc_method]
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.title)
    }

    #[xmlrpc_method]
    fn lines(&self) -> impl Serialize {
        self.lines.clone()
    }
}

fn main() {
    let page = Page { title: String::new(), lines: Vec::new() };
    let _ = page.into_methods();
}

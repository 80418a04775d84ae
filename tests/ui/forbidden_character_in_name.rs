use tagwire::{methods, xmlrpc_method, xmlrpc_methods};

#[xmlrpc_method(name = "a\u{1}")]
fn control() {}

// What XML takes for white space is ASCII: this is a character like any other.
#[xmlrpc_method(name = "a\u{a0}")]
fn no_break_space() {}

struct Calc;

#[xmlrpc_methods(namespace = "a\u{ffff}b")]
impl Calc {
    #[xmlrpc_method]
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }
}

fn main() {
    let _ = methods![control, no_break_space].merge(Calc.into_methods());
}

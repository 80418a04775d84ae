use tagwire::xmlrpc_methods;

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method]
    fn generic<T: Into<i32>>(&self, a: T) -> i32 {
        a.into()
    }

    #[xmlrpc_method]
    fn borrowed(&self, text: &str, (a, b): (i32, i32)) -> i32 {
        text.len() as i32 + a + b
    }

    #[xmlrpc_method(nmae = "other")]
    fn misspelt(&self) {}
}

fn main() {
    let _ = Calc.into_methods();
}

/// Arithmetic.
#[xmlrpc_api(namespace = "calc")]
pub trait Calc: Debug {
    /// Adds two integers.
    async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;

    #[xmlrpc_method(name = "div")]
    fn divide(&self, a: i32, b: i32) -> Result<i32, Fault> {
        a.checked_div(b).ok_or_else(|| Fault::application("division by zero"))
    }
}

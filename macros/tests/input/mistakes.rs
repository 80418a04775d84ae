#[xmlrpc_method(name = "")]
fn add(a: i32, b: &i32) -> i32 {
    a + b
}

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method]
    fn add(&mut self, a: i32) {
        self.sum += a;
    }
}

#[xmlrpc_api]
trait Sum {
    async fn sum(&self, values: Vec<i32>) -> i32;
}

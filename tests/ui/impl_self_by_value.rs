use tagwire::xmlrpc_methods;

struct Counter(i32);

#[xmlrpc_methods]
impl Counter {
    #[xmlrpc_method]
    fn finish(self) -> i32 {
        self.0
    }

    #[xmlrpc_method]
    fn reset(mut self) {
        self.0 = 0;
    }

    #[xmlrpc_method]
    fn boxed(self: Box<Self>) -> i32 {
        self.0
    }
}

fn main() {
    let _ = Counter(0).into_methods();
}

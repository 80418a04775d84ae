use tagwire::xmlrpc_methods;

struct Counter(i32);

#[xmlrpc_methods]
impl Counter {
    #[xmlrpc_method]
    fn count(&mut self) -> i32 {
        self.0 += 1;
        self.0
    }

    #[xmlrpc_method]
    fn reset(self: &mut Self) {
        self.0 = 0;
    }
}

fn main() {
    let _ = Counter(0).into_methods();
}

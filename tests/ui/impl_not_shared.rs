use std::cell::Cell;

use tagwire::xmlrpc_methods;

struct Counter(Cell<i32>);

#[xmlrpc_methods]
impl Counter {
    #[xmlrpc_method]
    fn count(&self) -> i32 {
        self.0.replace(self.0.get() + 1)
    }
}

fn main() {
    let _ = Counter(Cell::new(0)).into_methods();
}

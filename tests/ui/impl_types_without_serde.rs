use tagwire::{Fault, xmlrpc_methods};

struct Point {
    x: i32,
}

struct Plane;

#[xmlrpc_methods]
impl Plane {
    #[xmlrpc_method]
    async fn length(&self, point: Point) -> i32 {
        point.x
    }

    #[xmlrpc_method]
    fn origin(&self) -> Result<Point, Fault> {
        Ok(Point { x: 0 })
    }

    #[xmlrpc_method]
    fn fails(&self) -> Result<i32, std::fmt::Error> {
        Err(std::fmt::Error)
    }
}

fn main() {
    let _ = Plane.into_methods();
}

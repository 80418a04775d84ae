use serde::Serialize;
use tagwire::{methods, xmlrpc_method};

#[derive(Serialize)]
struct Point {
    x: i32,
}

#[xmlrpc_method]
async fn one(factor: i32, point: Point) -> i32 {
    factor * point.x
}

#[xmlrpc_method]
fn nested(points: Vec<Point>) -> Result<i32, tagwire::Fault> {
    Ok(points.iter().map(|point| point.x).sum())
}

fn main() {
    let _ = methods![one, nested];
}

use tagwire::{Fault, Headers, Params, Rest, methods, xmlrpc_method, xmlrpc_methods};

#[xmlrpc_method]
fn first(Rest(numbers): Rest<i32>, factor: i32) -> usize {
    numbers.len() + factor as usize
}

#[xmlrpc_method]
async fn unread(params: Params, headers: Headers, names: Rest<String>) -> Result<usize, Fault> {
    let _ = params;
    Ok(headers.len() + names.0.len())
}

#[xmlrpc_method]
fn fits(Rest(numbers): Rest<i32>, headers: Headers) -> usize {
    numbers.len() + headers.len()
}

struct Calc;

#[xmlrpc_methods]
impl Calc {
    #[xmlrpc_method]
    fn sum(&self, numbers: Rest<i32>, scale: Option<f64>) -> f64 {
        numbers.0.len() as f64 * scale.unwrap_or(1.0)
    }
}

fn main() {
    let _ = methods![first, unread, fits].merge(Calc.into_methods());
}

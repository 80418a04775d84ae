/// Adds two integers.
#[xmlrpc_method]
pub async fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[xmlrpc_method(
    name = "math.div",
    help = "Divides.",
    hidden,
    idempotent,
    timeout = "500ms",
    on_disconnect = "cancel",
    package = "wire"
)]
#[cfg(unix)]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_div(b).ok_or_else(|| Fault::application("division by zero"))
}

#[xmlrpc_method]
async fn sum(cx: RequestContext, Rest(numbers): Rest<i32>, user: User) -> io::Result<i32> {
    add_all(cx, numbers, user).await
}

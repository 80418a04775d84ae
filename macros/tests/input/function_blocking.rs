/// A digest of bytes, which takes its time.
#[xmlrpc_method(blocking, timeout = "none")]
fn hash(cx: RequestContext, data: Binary) -> String {
    slowly(data)
}

use tagwire::{Fault, FromCall, ParamType, Params, RequestContext, xmlrpc_api};

struct User(String);

impl FromCall for User {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        Ok(Self(cx.method().to_owned()))
    }
}

#[xmlrpc_api]
trait Notes {
    async fn write(&self, user: User, text: String) -> Result<i32, Fault>;
}

fn main() {}

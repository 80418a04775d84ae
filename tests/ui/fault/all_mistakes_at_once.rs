use tagwire::{Methods, XmlRpcFault};

#[derive(Debug, XmlRpcFault)]
#[fault(cod = 1)]
enum BankError<T> {
    #[fault(code = "404")]
    NoAccount(u32),
    #[fault(hidden, transparent)]
    Database(#[fault(hidden)] std::io::Error),
    #[fault(transparent)]
    Limits { limit: u32, account: T },
}

fn main() {
    let _ = Methods::new().register_fn("account", |id: u32| Err::<u32, BankError<i32>>(BankError::NoAccount(id)));
}

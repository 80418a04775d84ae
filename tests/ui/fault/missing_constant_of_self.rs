use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
enum BankError<T> {
    #[fault(code = Self::NO_ACCOUNT)]
    NoAccount(T),
}

impl<T> std::fmt::Display for BankError<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}

use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
#[fault(name = "bank")]
enum BankError {
    #[fault(status = 404)]
    NoAccount(u32),
}

#[derive(XmlRpcFault)]
#[fault(hide)]
struct Hidden;

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}

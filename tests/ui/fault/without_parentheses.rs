use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
#[fault]
enum BankError {
    #[fault = 404]
    NoAccount(u32),
}

#[derive(XmlRpcFault)]
#[fault]
struct Closed;

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}

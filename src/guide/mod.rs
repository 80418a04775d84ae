//! The guide: short pages, each for one thing that somebody wants to get done.
//!
//! | you want to | read |
//! |---|---|
//! | serve functions | [`first_server`] |
//! | call a server | [`first_client`] |
//! | know which Rust type is which XML-RPC type | [`types`] |
//! | fail, and be understood | [`errors`] |
//! | give methods a database; do something around every call | [`state_and_middleware`] |
//! | have XML-RPC in an application of axum, or in a hyper server | [`mounting`] |
//! | run it: limits, overload, TLS, Unix sockets, several processes, stopping | [`deployment`] |
//! | put it behind nginx or HAProxy | [`deployment::behind_a_proxy`] |
//! | get along with a particular peer: Python, rtorrent, supervisor, Homematic, ROS 1 | [`dialects`] |
//! | test it | [`testing`] |
//! | know what an attacker can do | [`security`] |
//!
//! The first two are enough to begin with; each says what comes next. All code is run by the project's tests, but for what
//! needs a program of somebody else, which is compiled. The folder `examples` of the repository has whole programs.
//!
//! The guide is no part of the library: it is there for documentation only.

#[doc = include_str!("first_server.md")]
pub mod first_server {}

#[doc = include_str!("first_client.md")]
pub mod first_client {}

#[doc = include_str!("types.md")]
pub mod types {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("state_and_middleware.md")]
pub mod state_and_middleware {}

#[doc = include_str!("mounting.md")]
pub mod mounting {}

#[doc = include_str!("deployment.md")]
pub mod deployment {
    #[doc = include_str!("deployment/behind_a_proxy.md")]
    pub mod behind_a_proxy {}
}

#[doc = include_str!("dialects.md")]
pub mod dialects {
    #[doc = include_str!("dialects/python.md")]
    pub mod python {}

    #[doc = include_str!("dialects/rtorrent.md")]
    pub mod rtorrent {}

    #[doc = include_str!("dialects/supervisor.md")]
    pub mod supervisor {}

    #[doc = include_str!("dialects/homematic.md")]
    pub mod homematic {}

    #[doc = include_str!("dialects/ros.md")]
    pub mod ros {}
}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("security.md")]
pub mod security {}

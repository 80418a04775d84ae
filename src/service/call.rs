//! One call from its slot to the document of its answer.

use std::pin::Pin;

use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::RemoteAddr;
use super::admission::Slot;
use super::budget::Share;
use super::settings::Settings;
use super::stats::Arrival;
use crate::fault::Fault;
use crate::rpc::{DispatchFuture, Dispatcher, RpcRequest, RpcResponse};
use crate::xml::error::shorten;

/// A call that has come in.
pub(super) enum Call<'a> {
    Running(Running),
    /// All slots are taken. What comes of it is nothing if it is one too many.
    Waiting(Pin<Box<dyn Future<Output = Option<Running>> + Send + 'a>>),
}

/// A call in its slot.
pub(super) struct Running {
    future: DispatchFuture,
    slot: Slot,
    trace: Trace,
}

/// What is told of a call to whoever listens.
struct Trace {
    span: Span,
    /// When it came, and when it began; nobody asks where nobody listens.
    times: Option<(Instant, Instant)>,
}

impl<'a> Call<'a> {
    /// Begins a call, or has it wait for a slot. The request is large: while there is no need to keep it, it stays where it is.
    pub(super) fn begin(
        settings: &'a Settings,
        dispatcher: &'a Dispatcher,
        mut request: RpcRequest,
        mut share: Share,
        arrival: Arrival,
    ) -> Self {
        let trace = Trace::begin(&request);
        if let Some(slot) = settings.admission.enter_now(&mut share) {
            arrival.admitted();
            return Self::Running(Running::start(dispatcher, &mut request, slot, trace));
        }
        Self::Waiting(Box::pin(async move {
            let Some(slot) = settings.admission.enter(share).await else {
                arrival.rejected(settings.admission.policy);
                tracing::debug!(parent: &trace.span, "refused: overloaded");
                return None;
            };
            arrival.admitted();
            Some(Running::start(dispatcher, &mut request, slot, trace))
        }))
    }
}

impl Running {
    fn start(dispatcher: &Dispatcher, request: &mut RpcRequest, slot: Slot, mut trace: Trace) -> Self {
        if let Some((_, began)) = &mut trace.times {
            *began = Instant::now();
        }
        request.context_mut().set_hold(slot.hold());
        let future = match trace.span.is_disabled() {
            true => dispatcher.start(request),
            false => trace.span.in_scope(|| dispatcher.start(request)),
        };
        Self { future, slot, trace }
    }

    /// Carries it to its end.
    pub(super) async fn outcome(&mut self) -> Result<RpcResponse, Fault> {
        let (future, span) = (&mut self.future, &self.trace.span);
        match span.is_disabled() {
            true => future.await,
            false => Box::pin(future.instrument(span.clone())).await,
        }
    }

    /// The document of its result or fault. The slot is free before that is sent.
    pub(super) fn end(self, outcome: Result<RpcResponse, Fault>, dispatcher: &Dispatcher) -> Vec<u8> {
        let Self { slot, trace, .. } = self;
        slot.answered(outcome.is_ok());
        drop(slot);
        let code = outcome.as_ref().err().map(Fault::code);
        let document = dispatcher.document(outcome);
        if let Some((arrived, began)) = trace.times {
            let (queued, run, bytes) = (began - arrived, began.elapsed(), document.len());
            tracing::debug!(parent: &trace.span, fault = code, bytes, ?queued, ?run, "answered");
        }
        document
    }
}

impl Trace {
    fn begin(request: &RpcRequest) -> Self {
        // To look for the peer takes longer than all the rest: what is inside is looked at only where somebody listens. A name
        // may be as long as a request.
        let span = tracing::debug_span!(
            "call",
            peer = request.context().extension::<RemoteAddr>().map(|RemoteAddr(peer)| tracing::field::display(peer)),
            method = shorten(request.method()).as_ref()
        );
        let times = (!span.is_disabled()).then(|| (Instant::now(), Instant::now()));
        Self { span, times }
    }
}

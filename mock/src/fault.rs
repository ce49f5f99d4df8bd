//! Faults: answers and failures that a test asks for, whatever the request.

use std::time::Duration;

use bytes::Bytes;

/// Something that is to happen to a request. Give it to [`Sandbox::script`](crate::Sandbox::script).
///
/// ```
/// # use std::time::Duration;
/// use xquik_mock::Fault;
/// // The second avatar update from now on is carried out, and its answer is lost.
/// let lost = Fault::lost().on("updateAvatar").nth(2);
/// // The next three requests of any operation are answered with a documented 503, each after 100 ms.
/// let busy = Fault::code(503, "service_unavailable").times(3).delayed(Duration::from_millis(100));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault happens once it is given to `Sandbox::script`"]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) operation: Option<String>,
    /// Matching requests to let pass first.
    pub(crate) skip: usize,
    pub(crate) times: usize,
    pub(crate) delay: Duration,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// The request is answered as usual; only the delay happens.
    None,
    /// An answer of the document, or this bare status if it has none. Nothing is carried out.
    Documented(u16, Option<String>),
    /// This very answer. Nothing is carried out.
    Answer(u16, Vec<(String, String)>, Bytes),
    /// These bytes instead of an answer, and the end of the connection. Nothing is carried out.
    Raw(Bytes),
    /// The end of the connection without an answer. Nothing is carried out.
    Refused,
    /// Carried out; of the answer this many bytes, and the end of the connection.
    Cut(usize),
    /// Carried out; the answer's head and half of its body, and the end of the connection.
    HalfBody,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            operation: None,
            skip: 0,
            times: 1,
            delay: Duration::ZERO,
        }
    }

    /// The usual answer; of use with [`delayed`](Self::delayed).
    pub fn none() -> Self {
        Self::new(Kind::None)
    }

    /// The first documented answer of this status; a bare one where the operation documents none. Nothing is
    /// carried out.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Documented(status, None))
    }

    /// The documented answer with this status and code; where the operation does not document them, an error body
    /// with that code all the same. Nothing is carried out.
    pub fn code(status: u16, code: impl Into<String>) -> Self {
        Self::new(Kind::Documented(status, Some(code.into())))
    }

    /// An answer of any kind, well-formed as HTTP. Nothing is carried out.
    pub fn answer<'h>(
        status: u16,
        headers: impl IntoIterator<Item = (&'h str, &'h str)>,
        body: impl Into<Bytes>,
    ) -> Self {
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self::new(Kind::Answer(status, headers.collect(), body.into()))
    }

    /// These bytes on the wire in the place of an answer, whatever they are; then the connection ends. Nothing is
    /// carried out.
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::new(Kind::Raw(bytes.into()))
    }

    /// Bytes that are no HTTP; then the connection ends. Nothing is carried out.
    pub fn garbage() -> Self {
        Self::raw(&b"\x16\x03\x01\x00\xa5\x01\x00\x00 this is no HTTP \xff\xfe\x00\r\n\r\n"[..])
    }

    /// The request is read and the connection ends. Nothing is carried out.
    pub fn refused() -> Self {
        Self::new(Kind::Refused)
    }

    /// The request is carried out and the connection ends without an answer.
    pub fn lost() -> Self {
        Self::cut_after(0)
    }

    /// The request is carried out, and the connection ends after this many bytes of the answer, its head included.
    pub fn cut_after(bytes: usize) -> Self {
        Self::new(Kind::Cut(bytes))
    }

    /// The request is carried out, and the connection ends in the middle of the answer's body.
    pub fn half_body() -> Self {
        Self::new(Kind::HalfBody)
    }

    /// Only requests of this operation (by its `operationId`) count; without this, those of every operation.
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// It happens to the `n`th matching request from now on; 1, the next one, if not set.
    pub fn nth(mut self, n: usize) -> Self {
        self.skip = n.saturating_sub(1);
        self
    }

    /// It happens to this many matching requests in a row; 1 if not set.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// The answer, or the end of the connection, comes this much later.
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// In a few words, for the record.
    pub(crate) fn described(&self) -> String {
        match &self.kind {
            Kind::None => format!("delayed by {:?}", self.delay),
            Kind::Documented(status, None) => format!("answered {status}"),
            Kind::Documented(status, Some(code)) => format!("answered {status} {code}"),
            Kind::Answer(status, ..) => format!("answered {status}, as scripted"),
            Kind::Raw(bytes) => format!("{} raw bytes instead of an answer", bytes.len()),
            Kind::Refused => "connection ended, nothing carried out".to_owned(),
            Kind::Cut(0) => "carried out, answer lost".to_owned(),
            Kind::Cut(bytes) => format!("carried out, answer cut after {bytes} bytes"),
            Kind::HalfBody => "carried out, half of the answer's body lost".to_owned(),
        }
    }
}

/// A fault that was given.
#[derive(Clone, Debug)]
pub(crate) struct Scripted {
    pub(crate) id: u64,
    pub(crate) fault: Fault,
    pub(crate) happened: u64,
}

impl Scripted {
    /// What did not come as expected: it was given, and never happened.
    fn unmet(&self) -> Option<String> {
        (self.happened == 0).then(|| {
            let operation = self.fault.operation.as_deref();
            let operation = operation.map_or_else(String::new, |name| format!(" of {name}"));
            format!(
                "expected a request{operation} to meet a fault ({}), it never happened",
                self.fault.described()
            )
        })
    }
}

/// The faults that are still to happen, in the order in which they were given.
#[derive(Debug, Default)]
pub(crate) struct Script {
    faults: Vec<Scripted>,
    last: u64,
}

impl Script {
    pub(crate) fn add(&mut self, fault: Fault) -> Scripted {
        self.last += 1;
        let scripted = Scripted {
            id: self.last,
            fault,
            happened: 0,
        };
        if scripted.fault.times > 0 {
            self.faults.push(scripted.clone());
        }
        scripted
    }

    pub(crate) fn all(&self) -> &[Scripted] {
        &self.faults
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    /// Whether there was one with this id.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.faults.len();
        self.faults.retain(|scripted| scripted.id != id);
        self.faults.len() < before
    }

    pub(crate) fn unmet(&self) -> impl Iterator<Item = String> {
        self.faults.iter().filter_map(Scripted::unmet)
    }

    /// The fault of a request of this operation. Every fault counts the requests that match it; of several whose
    /// turn it is, the first one happens and the others wait for the next.
    pub(crate) fn next(&mut self, operation: &str) -> Option<Fault> {
        let mut chosen = None;
        for (at, Scripted { fault, .. }) in self.faults.iter_mut().enumerate() {
            let matches = fault
                .operation
                .as_deref()
                .is_none_or(|one| one == operation);
            if !matches {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if chosen.is_none() {
                chosen = Some(at);
            }
        }
        let at = chosen?;
        let scripted = &mut self.faults[at];
        scripted.fault.times -= 1;
        scripted.happened += 1;
        let fault = scripted.fault.clone();
        if fault.times == 0 {
            self.faults.remove(at);
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_waits_for_its_turn_and_its_operation() {
        let mut script = Script::default();
        script.add(Fault::status(500).on("a").nth(2));
        script.add(Fault::status(503).times(2));
        let mut next = |operation: &str| script.next(operation).map(|fault| fault.described());
        assert_eq!(next("a").as_deref(), Some("answered 503"));
        assert_eq!(next("b").as_deref(), Some("answered 503"));
        assert_eq!(next("b"), None);
        assert_eq!(next("a").as_deref(), Some("answered 500"));
        assert_eq!(next("a"), None);
    }
}

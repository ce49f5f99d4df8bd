//! One request in, one answer out: the order in which a request is judged.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;
use tokio::sync::watch;

use crate::answer::{Answer, Answers};
use crate::behaviour::{self, Behaviour, Call, Reply};
use crate::blank::Secrets;
use crate::browser::{self, Cors, Page};
use crate::clock::{self, Clock};
use crate::credential::Credentials;
use crate::document::{Document, Operation, Place};
use crate::draw::Drawn;
use crate::fault::{Kind, Script};
use crate::filter::Expected;
use crate::idempotency::Intent;
use crate::judge::{self, Incoming, Judged, Received};
use crate::magic::{self, Wish};
use crate::record::{Log, Recorded, RecordedAnswer, RecordedBody};
use crate::route::Route;
use crate::sandbox::RateLimit;
use crate::situation::{NO_CREDENTIAL, WINDOW_FULL, WRONG_ID, WRONG_REQUEST};
use crate::state::World;
use crate::state_file::StateFile;

/// What is told of each request.
pub(crate) type Listener = Arc<dyn Fn(&Recorded) + Send + Sync>;

pub(crate) struct Engine {
    pub(crate) document: Arc<Document>,
    pub(crate) clock: Clock,
    pub(crate) seed: Option<u64>,
    pub(crate) listener: Option<Listener>,
    pub(crate) allow_remote: bool,
    pub(crate) cors: Cors,
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    /// Tells this sandbox from one that ran at the same place before: both count requests from 1.
    pub(crate) run: u32,
    world: Mutex<World>,
    file: Option<Mutex<StateFile>>,
    log: Mutex<Log>,
    script: Mutex<Script>,
    expected: Mutex<Expected>,
    settings: Mutex<Settings>,
    /// As they were at start.
    first_settings: Settings,
    /// Tells that something is new: a request, or other state.
    arrived: watch::Sender<()>,
}

/// What can be changed while it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) latency: Duration,
    pub(crate) fault_rate: f64,
}

/// A request whose body has been read.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Received,
    pub(crate) size: u64,
}

/// Why HTTP itself does not take the head of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadFault {
    /// Its target is too long.
    Target,
    /// Its headers are too many or too large.
    Headers,
    /// It is not HTTP.
    Form,
}

impl HeadFault {
    const fn problem(self) -> &'static str {
        match self {
            Self::Target => "the target of the request is longer than 65,534 bytes",
            Self::Headers => {
                "the headers of the request are more than 100, or larger than about 400 KB"
            }
            Self::Form => "the head of the request cannot be read as HTTP/1.1",
        }
    }
}

/// What goes out, and how.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) delay: Duration,
    pub(crate) wire: Wire,
}

/// What the connection makes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Whole,
    Cut(usize),
    HalfBody,
    Raw(Bytes),
}

/// A request's answer so far, and what is to be recorded of it.
struct Handled {
    answer: Answer,
    wire: Wire,
    delay: Duration,
    fault: Option<String>,
    problems: Vec<String>,
}

impl Handled {
    fn new(answer: Answer) -> Self {
        Self {
            answer,
            wire: Wire::Whole,
            delay: Duration::ZERO,
            fault: None,
            problems: Vec::new(),
        }
    }

    fn wrong(answer: Answer, problems: Vec<String>) -> Self {
        Self {
            problems,
            ..Self::new(answer)
        }
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked while holding it left whole data behind: each change is one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    pub(crate) fn new(
        options: crate::sandbox::Options,
        addr: SocketAddr,
        document: Arc<Document>,
        world: World,
        file: Option<StateFile>,
    ) -> Self {
        let settings = Settings {
            rate_limit: options.rate_limit,
            latency: options.latency,
            fault_rate: options.fault_rate,
        };
        Self {
            cors: Cors::new(options.cors, &document),
            document,
            clock: options.clock,
            seed: options.seed,
            listener: options.listener,
            allow_remote: options.allow_remote,
            addr,
            run: fastrand::u32(..),
            world: Mutex::new(world),
            file: file.map(Mutex::new),
            log: Mutex::default(),
            script: Mutex::default(),
            expected: Mutex::default(),
            settings: Mutex::new(settings),
            first_settings: settings,
            arrived: watch::Sender::new(()),
        }
    }

    /// The state, with the writes finished whose time has come.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = locked(&self.world);
        world.settle(self.clock.millis());
        world
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        locked(&self.log)
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        locked(&self.script)
    }

    pub(crate) fn expected(&self) -> MutexGuard<'_, Expected> {
        locked(&self.expected)
    }

    /// What did not come as expected so far.
    pub(crate) fn unmet(&self) -> Vec<String> {
        let mut unmet: Vec<String> = self.expected().unmet().collect();
        unmet.extend(self.script().unmet());
        unmet
    }

    pub(crate) fn settings(&self) -> Settings {
        *locked(&self.settings)
    }

    pub(crate) fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut locked(&self.settings));
        self.arrived.send_replace(());
    }

    /// Tells of what is new from now on.
    pub(crate) fn arrived(&self) -> watch::Receiver<()> {
        self.arrived.subscribe()
    }

    /// State and settings as at start; requests, scripted faults and expectations are forgotten, too.
    ///
    /// # Errors
    /// Why the state could not be written. It is then as it was; the rest is as at start.
    pub(crate) fn reset(&self) -> Result<(), String> {
        let saved = self.change(|world| *world = World::new(self.seed));
        self.log().clear();
        self.script().clear();
        self.expected().clear();
        self.change_settings(|settings| *settings = self.first_settings);
        saved
    }

    /// Changes the state and keeps it.
    ///
    /// # Errors
    /// As those of [`save`](Self::save).
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> Result<T, String> {
        let mut world = self.world();
        let changed = change(&mut world);
        self.save(&mut world)?;
        drop(world);
        self.arrived.send_replace(());
        Ok(changed)
    }

    /// Keeps the state in its file, if there is one.
    ///
    /// # Errors
    /// Why it could not be written. The state is then again what the file holds, so that nothing is answered as
    /// done that a restart would not know.
    pub(crate) fn save(&self, world: &mut World) -> Result<(), String> {
        match &self.file {
            None => Ok(()),
            Some(file) => locked(file).save(world),
        }
    }

    /// How long a window is: what was set for the sandbox, else what the document says.
    pub(crate) fn window_millis(&self, documented_seconds: u64) -> u64 {
        self.settings()
            .rate_limit
            .and_then(|limit| limit.window)
            .map_or(documented_seconds.saturating_mul(1_000), |window| {
                u64::try_from(window.as_millis()).unwrap_or(u64::MAX).max(1)
            })
    }

    /// The most bytes of a body that are read for this request.
    pub(crate) fn largest_body(&self, method: &Method, path: &str) -> u64 {
        match self.document.route(method, path) {
            Route::Operation { operation, .. } => judge::largest_body(operation),
            Route::OtherMethod(_) | Route::Nowhere => 1 << 20,
        }
    }

    pub(crate) async fn handle(&self, request: Request) -> Outcome {
        let began = Instant::now();
        let at = self.clock.now();
        let mut secrets = Secrets::of_headers(&self.document, &request.headers);
        let mut judged = Judged::default();
        let mut for_operation = None;
        let handled = match self.document.route(&request.method, &request.path) {
            // One of a page that is let in has been answered before.
            _ if browser::is_preflight(&request.method, &request.headers) => {
                Handled::wrong(Answer::not_let_in(), vec![browser::NOT_LET_IN.to_owned()])
            }
            Route::Nowhere => self.write_action(&request).unwrap_or_else(|| {
                Handled::wrong(
                    Answer::nowhere(&self.document),
                    vec!["the document has no such path".to_owned()],
                )
            }),
            Route::OtherMethod(allowed) => Handled::wrong(
                Answer::other_method(&allowed),
                vec!["the document has this path with another method".to_owned()],
            ),
            Route::Operation {
                operation,
                parameters,
            } => {
                for_operation = Some(operation);
                let incoming = Incoming {
                    path: parameters,
                    query: request.query.as_deref(),
                    headers: &request.headers,
                    body: request.body.clone(),
                };
                let behaviour = Behaviour::of(operation);
                judged = judge::judge(operation, &incoming, |body| {
                    secrets.add_members(body, operation.secrets());
                    behaviour.prepare(body);
                })
                .await;
                self.operate(operation, behaviour, &request, &judged, &secrets)
            }
        };
        let mut remarks = judged.remarks.clone();
        let foreign = self.cors.page(&request.headers) == Page::Foreign;
        if foreign && !browser::is_preflight(&request.method, &request.headers) {
            remarks.push(browser::HIDDEN.to_owned());
        }
        let outcome = Outcome {
            delay: self.settings().latency.saturating_add(handled.delay),
            wire: handled.wire.clone(),
            answer: handled.answer.clone(),
        };
        let recorded = Recorded {
            number: 0,
            at,
            method: secrets.text(request.method.as_str()),
            path: secrets.path(&request.path),
            query: request.query.as_deref().map(|query| {
                let known = |name: &str| {
                    for_operation.is_some_and(|operation| {
                        operation.parameters.iter().any(|parameter| {
                            parameter.place == Place::Query && parameter.name == name
                        })
                    })
                };
                secrets.query(known, query)
            }),
            operation: for_operation.map(|operation| operation.id.clone()),
            headers: secrets.headers(&self.document, &request.headers),
            body: RecordedBody::of(
                request.size,
                request.body.whole(),
                for_operation,
                &judged,
                &secrets,
            ),
            problems: handled.problems,
            remarks,
            fault: handled.fault,
            answer: RecordedAnswer {
                status: handled.answer.status,
                headers: handled.answer.shown_headers(),
                body: Bytes::from(secrets.bytes(&handled.answer.body)),
            },
            took: began.elapsed(),
        };
        self.keep(recorded);
        outcome
    }

    /// The record of a write that was answered with this address. The document has no operation for it; it only
    /// says in the record that it can be read there.
    fn write_action(&self, request: &Request) -> Option<Handled> {
        let world = self.world();
        let write = world.writes.iter().find(|(_, write)| {
            write.record.get("statusUrl").and_then(Value::as_str) == Some(&request.path)
        });
        if write.is_none() && !behaviour::may_be_a_write_action(&self.document, &request.path) {
            return None;
        }
        if request.method != Method::GET {
            return Some(Handled::wrong(
                Answer::other_method_here(&[Method::GET]),
                vec!["a record can only be read".to_owned()],
            ));
        }
        let Some((_, write)) = write else {
            let what = "the sandbox knows no write action of this id";
            return Some(Handled::wrong(
                Answer::unknown_write_action(),
                vec![what.to_owned()],
            ));
        };
        let credentials = Credentials {
            headers: &request.headers,
            query: request.query.as_deref(),
        };
        // Who may write may read what was written: the credentials are those of the operations.
        let operation = self.document.operations.first()?;
        if let Err(complaint) = credentials.judge(&self.document, &operation.security) {
            let answers = Answers {
                document: &self.document,
                operation,
                newer: false,
            };
            let answer = answers.refusal(NO_CREDENTIAL, Some(&complaint), None);
            return Some(Handled::wrong(answer, vec![complaint]));
        }
        Some(Handled::new(Answer::json(200, &write.record)))
    }

    /// What is answered to a request whose head HTTP itself does not take: by the operation that it is for, as far
    /// as that can be told, since an operation answers what the document says of it and nothing else.
    pub(crate) fn refuse_head(&self, head: &[u8], fault: HeadFault) -> Answer {
        let at = self.clock.now();
        let line = head.split(|byte| *byte == b'\r').next().unwrap_or(head);
        let line = String::from_utf8_lossy(line);
        let mut words = line.split(' ');
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let path = target.split('?').next().unwrap_or(target);
        let method = Method::from_bytes(method.as_bytes()).ok();
        let problem = fault.problem();
        let route = method
            .as_ref()
            .filter(|_| path.starts_with('/'))
            .map(|method| self.document.route(method, path));
        let mut operation_of = None;
        let answer = match route {
            Some(Route::Operation {
                operation,
                parameters,
            }) => {
                operation_of = Some(operation);
                let answers = Answers {
                    document: &self.document,
                    operation,
                    newer: false,
                };
                let situation = if fault == HeadFault::Target && !parameters.is_empty() {
                    WRONG_ID
                } else {
                    WRONG_REQUEST
                };
                answers.refusal(situation, Some(&format!("Here {problem}.")), None)
            }
            Some(Route::OtherMethod(allowed)) => Answer::other_method(&allowed),
            Some(Route::Nowhere) => Answer::nowhere(&self.document),
            None => Answer::no_request(),
        };
        let answer = self.cors.marked(answer, &browser::headers_of(head));
        let secrets = Secrets::default();
        self.keep(Recorded {
            number: 0,
            at,
            method: method.map_or_else(String::new, |method| secrets.text(method.as_str())),
            path: match operation_of {
                // Without what was put into it, which may be as long as it likes.
                Some(operation) => format!("{}{}", self.document.base, operation.template),
                None => secrets.path(&path.chars().take(200).collect::<String>()),
            },
            query: None,
            operation: operation_of.map(|operation| operation.id.clone()),
            headers: Vec::new(),
            body: RecordedBody::default(),
            problems: vec![problem.to_owned()],
            remarks: Vec::new(),
            fault: None,
            answer: RecordedAnswer {
                status: answer.status,
                headers: answer.shown_headers(),
                body: answer.body.clone(),
            },
            took: Duration::ZERO,
        });
        answer
    }

    fn keep(&self, mut recorded: Recorded) {
        let recorded = {
            let mut log = self.log();
            recorded.number = log.number();
            if self.seed.is_some() && !self.clock.is_held() {
                // As reproducible as the times in the answers.
                let made_up = magic::SEEDED_START_MILLIS.saturating_add(recorded.number * 1_000);
                recorded.at = clock::time(made_up);
            }
            let recorded = Arc::new(recorded);
            log.add(recorded.clone());
            // With the log held, so that who sees the request also sees it counted.
            self.expected().count(&recorded);
            recorded
        };
        self.arrived.send_replace(());
        if let Some(listener) = &self.listener {
            listener(&recorded);
        }
    }

    /// Faults first, since they come whatever the request; then the request itself.
    fn operate(
        &self,
        operation: &Operation,
        behaviour: Behaviour,
        request: &Request,
        judged: &Judged,
        secrets: &Secrets,
    ) -> Handled {
        let wish = Wish::read(behaviour.values(judged));
        let answers = Answers {
            document: &self.document,
            operation,
            newer: wish.newer,
        };
        let fault = self.script().next(&operation.id);
        let Some(fault) = fault else {
            return self.judge(behaviour, &answers, &wish, request, judged, secrets);
        };
        let mut handled = match &fault.kind {
            Kind::None | Kind::Cut(_) | Kind::HalfBody => {
                self.judge(behaviour, &answers, &wish, request, judged, secrets)
            }
            Kind::Documented(status, code) => {
                Handled::new(answers.documented_or_bare(*status, code.as_deref()))
            }
            Kind::Answer(status, headers, body) => {
                Handled::new(Answer::scripted(*status, headers, body.clone()))
            }
            Kind::Raw(_) | Kind::Refused => Handled::new(Answer::none()),
        };
        if handled.problems.is_empty() {
            handled.problems = secrets.complaints(&judged.complaints);
        }
        handled.fault = Some(fault.described());
        handled.delay = fault.delay;
        handled.wire = match fault.kind {
            Kind::Cut(bytes) => Wire::Cut(bytes),
            Kind::HalfBody => Wire::HalfBody,
            Kind::Raw(bytes) => Wire::Raw(bytes),
            Kind::Refused => Wire::Cut(0),
            Kind::None | Kind::Documented(..) | Kind::Answer(..) => handled.wire,
        };
        handled
    }

    /// Credential, form, wishes, then windows and state.
    fn judge(
        &self,
        behaviour: Behaviour,
        answers: &Answers<'_>,
        wish: &Wish,
        request: &Request,
        judged: &Judged,
        secrets: &Secrets,
    ) -> Handled {
        let operation = answers.operation;
        let credentials = Credentials {
            headers: &request.headers,
            query: request.query.as_deref(),
        };
        if let Err(complaint) = credentials.judge(&self.document, &operation.security) {
            let answer = answers.refusal(NO_CREDENTIAL, Some(&complaint), None);
            return Handled::wrong(answer, vec![complaint]);
        }
        if !judged.complaints.is_empty() {
            let problems = secrets.complaints(&judged.complaints);
            let only_path = judged.complaints.iter().all(|complaint| complaint.in_path);
            let situation = if only_path { WRONG_ID } else { WRONG_REQUEST };
            let detail = format!("Here {}.", problems.join("; "));
            let answer = answers.refusal(situation, Some(&detail), None);
            return Handled::wrong(answer, problems);
        }
        let mut world = self.world();
        let handled = self.carry_out(&mut world, behaviour, answers, wish, judged, secrets);
        match self.save(&mut world) {
            Ok(()) => handled,
            Err(error) => Handled {
                fault: Some(format!(
                    "the state was not written, so nothing was done: {error}"
                )),
                wire: Wire::Cut(0),
                ..handled
            },
        }
    }

    fn carry_out(
        &self,
        world: &mut World,
        behaviour: Behaviour,
        answers: &Answers<'_>,
        wish: &Wish,
        judged: &Judged,
        secrets: &Secrets,
    ) -> Handled {
        let operation = answers.operation;
        let now = self.clock.millis();
        let window = operation
            .window
            .as_ref()
            .zip(self.settings().rate_limit)
            .map(|((name, seconds), limit)| (name, self.window_millis(*seconds), limit.requests));
        let call = Call {
            operation,
            request: judged,
            clock: &self.clock,
            newer: wish.newer,
            secrets,
        };
        let intent = Intent::of(operation, behaviour, judged, secrets);

        if let Some((status, name)) = &wish.answer {
            let Some((documented, example)) = find(operation, status, name.as_deref()) else {
                let words: Vec<String> = magic::pairs(operation)
                    .iter()
                    .map(|pair| magic::word(pair))
                    .collect();
                let detail = format!(
                    "The document has no such answer of {}; on demand are: {}.",
                    operation.id,
                    words.join(", ")
                );
                let situation = if operation.body.is_some() {
                    WRONG_REQUEST
                } else {
                    WRONG_ID
                };
                let answer = answers.refusal(situation, Some(&detail), None);
                return Handled::wrong(answer, vec![detail]);
            };
            if let Some((window, length, _)) = window {
                world.windows.count(window, now, length);
            }
            if !documented.is_success() {
                intent.claim(world);
                return Handled::new(answers.shown(documented, example));
            }
            if let Some(before) = intent.before(world) {
                return Handled::new(before.answer(answers));
            }
            let body = example.map_or(Value::Null, |example| example.value.clone());
            let body = behaviour.on_demand(world, &call, documented.status, body);
            intent.remember(world, documented.status, &body);
            return Handled::new(answers.success(documented.status, &body));
        }

        if let Some((window, length, most)) = window {
            if let Some(wait) = world.windows.full(window, now, length, most) {
                let detail = format!("{most} requests fit into a window, and it is full.");
                return Handled::new(answers.refusal(WINDOW_FULL, Some(&detail), Some(wait)));
            }
            world.windows.count(window, now, length);
        }
        if let Some(before) = intent.before(world) {
            return Handled::new(before.answer(answers));
        }
        intent.claim(world);
        let drawn = Drawn::by_chance(self.settings().fault_rate, world, answers);
        let fault = drawn.as_ref().map(Drawn::described);
        match drawn {
            Some(Drawn::Answer { answer, .. }) => {
                return Handled {
                    fault,
                    ..Handled::new(answer)
                };
            }
            Some(Drawn::Refused) => {
                return Handled {
                    fault,
                    wire: Wire::Cut(0),
                    ..Handled::new(Answer::none())
                };
            }
            Some(Drawn::Lost) | None => {}
        }
        let mut handled = match behaviour.run(world, &call) {
            Reply::Success { status, body } => {
                intent.remember(world, status, &body);
                Handled::new(answers.success(status, &body))
            }
            Reply::Refusal { situation, detail } => {
                Handled::new(answers.refusal(situation, detail.as_deref(), None))
            }
        };
        if fault.is_some() {
            handled.wire = Wire::Cut(0);
            handled.fault = fault;
        }
        handled
    }
}

type Found<'o> = (
    &'o crate::document::Documented,
    Option<&'o crate::document::Example>,
);

/// The documented answer that a wish names.
fn find<'o>(operation: &'o Operation, status: &str, name: Option<&str>) -> Option<Found<'o>> {
    let documented = operation.answer(status.parse().ok()?)?;
    match name {
        None => Some((documented, documented.first())),
        Some(name) => Some((documented, Some(documented.example(name)?))),
    }
}

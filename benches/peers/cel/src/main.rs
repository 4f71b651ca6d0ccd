//! Gates and score as one CEL expression that gives a map, run for each record with its fields bound.
//!
//! Usage: `peer-cel IN OUT [--plain]`.

use std::sync::Arc;

use cel::objects::Key;
use cel::{Context, Env, Value};
use peer_host::{Decision, run, typed};

fn main() {
    let env = Arc::new(Env::stdlib());
    let policy = env.compile(include_str!("../policy.cel")).expect("a policy");
    let mut context = Context::with_env(env.clone());
    run(typed, |m| {
        context.add_variable_from_value("needs", m.needs);
        context.add_variable_from_value("in_roadmap", m.in_roadmap);
        context.add_variable_from_value("phase", m.phase);
        let names = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"];
        for (name, score) in names
            .into_iter()
            .zip([m.q1, m.q2, m.q3, m.q4, m.q5, m.q6, m.q7, m.q8])
        {
            context.add_variable_from_value(name, score);
        }
        let Value::Map(said) = policy.execute(&context).expect("a decision") else {
            panic!("no map")
        };
        let get = |name: &'static str| said.get(&Key::from(name)).expect("a key");
        let number = |name| match get(name) {
            Value::Float(number) => *number,
            other => panic!("no number: {other:?}"),
        };
        let Value::List(failed) = get("failed") else {
            panic!("no list")
        };
        let gate = |gate: &Value| match gate {
            Value::String(name) => name.to_string(),
            other => panic!("no text: {other:?}"),
        };
        Decision {
            goal: number("goal"),
            cost: number("cost"),
            benefit: number("benefit"),
            total: number("total"),
            failed: failed.iter().map(gate).collect(),
        }
    });
}

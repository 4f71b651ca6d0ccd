//! Gates and score as a Rhai script, run for each record with its fields in scope.
//!
//! Usage: `peer-rhai IN OUT [--plain]`.

use peer_host::{Decision, run, typed};
use rhai::{Array, Engine, Map, OptimizationLevel, Scope};

fn main() {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::Full);
    let policy = engine.compile(include_str!("../policy.rhai")).expect("a policy");
    let mut scope = Scope::new();
    run(typed, |m| {
        scope.clear();
        scope
            .push("needs", m.needs)
            .push("in_roadmap", m.in_roadmap)
            .push("phase", m.phase);
        scope
            .push("q1", m.q1)
            .push("q2", m.q2)
            .push("q3", m.q3)
            .push("q4", m.q4);
        scope
            .push("q5", m.q5)
            .push("q6", m.q6)
            .push("q7", m.q7)
            .push("q8", m.q8);
        let mut said: Map = engine
            .eval_ast_with_scope(&mut scope, &policy)
            .expect("a decision");
        let failed = said.remove("failed").expect("the gates failed").cast::<Array>();
        let number = |name: &str| said[name].as_float().expect("a number");
        Decision {
            goal: number("goal"),
            cost: number("cost"),
            benefit: number("benefit"),
            total: number("total"),
            failed: failed
                .into_iter()
                .map(|gate| gate.into_string().expect("a gate"))
                .collect(),
        }
    });
}

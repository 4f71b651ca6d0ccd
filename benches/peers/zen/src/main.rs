//! Gates and score as a graph of GoRules' zen, compiled before, run for each record.
//!
//! Usage: `peer-zen IN OUT [--plain]`.

use std::sync::Arc;

use peer_host::{Decision, Key, run};
use zen_engine::model::GraphContent;
use zen_engine::{Decision as Graph, Variable};

fn number(of: &Variable, name: &str) -> f64 {
    match of.dot(name).expect("a number") {
        Variable::Number(number) => number.try_into().expect("a number"),
        other => panic!("no number: {other:?}"),
    }
}

fn parse(line: &str) -> (Key, Variable) {
    let record: Variable = serde_json::from_str(line).expect("a measure");
    let key = Key {
        id: record
            .dot("id")
            .expect("an id")
            .as_str()
            .expect("a text")
            .to_owned(),
        q6: number(&record, "q6"),
        p50: number(&record, "p50") as i64,
    };
    (key, record)
}

fn main() {
    let mut graph: GraphContent = serde_json::from_str(include_str!("../policy.json")).expect("a graph");
    graph.compile();
    let graph = Graph::from(Arc::new(graph));
    run(parse, |record| {
        let said = pollster::block_on(graph.evaluate(record))
            .expect("a decision")
            .result;
        let Some(Variable::Array(failed)) = said.dot("failed") else {
            panic!("no list")
        };
        let gate = |gate: &Variable| gate.as_str().expect("a gate").to_owned();
        Decision {
            failed: failed.borrow().iter().map(gate).collect(),
            goal: number(&said, "goal"),
            cost: number(&said, "cost"),
            benefit: number(&said, "benefit"),
            total: number(&said, "total"),
        }
    });
}

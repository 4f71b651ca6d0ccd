//! Gates and score in Rego, compiled for regorus's machine (its interpreter is slower), run for each record as the input.
//!
//! Usage: `peer-regorus IN OUT [--plain]`.

use peer_host::{Decision, Key, run};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Rc, Value};

fn parse(line: &str) -> (Key, Value) {
    let record = Value::from_json_str(line).expect("a measure");
    let key = Key {
        id: record["id"].as_string().expect("an id").to_string(),
        q6: record["q6"].as_f64().expect("a score"),
        p50: record["p50"].as_i64().expect("a cost"),
    };
    (key, record)
}

fn main() {
    let mut engine = Engine::new();
    engine
        .add_policy(
            "policy.rego".to_owned(),
            include_str!("../policy.rego").to_owned(),
        )
        .expect("a policy");
    let entry: Rc<str> = "data.measure.decision".into();
    let compiled = engine.compile_with_entrypoint(&entry).expect("a policy");
    let program = Compiler::compile_from_policy(&compiled, &[&*entry]).expect("a program");
    let mut machine = RegoVM::new();
    machine.load_program(program);
    run(parse, |record| {
        machine.set_input(record);
        let said = machine.execute().expect("a decision");
        let number = |name: &str| said[name].as_f64().expect("a number");
        let gate = |gate: &Value| gate.as_string().expect("a gate").to_string();
        Decision {
            goal: number("goal"),
            cost: number("cost"),
            benefit: number("benefit"),
            total: number("total"),
            failed: said["failed"]
                .as_set()
                .expect("the gates failed")
                .iter()
                .map(gate)
                .collect(),
        }
    });
}

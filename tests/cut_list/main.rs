//! The pure algorithms of the cut list: examples, and judges that try everything.

mod limits_examples;
mod limits_judge;
mod order_examples;
mod order_judge;

/// m
pub struct Mechanism;

//! A statement of a list, put together from fragments that stand in this program.

use uuid::Uuid;

/// A text of SQL and what its parameters stand for. Whatever a user wrote is a parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

/// What a parameter stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Number(i64),
    Word(&'static str),
    Id(Uuid),
    Bytes(Vec<u8>),
}

impl Statement {
    /// Adds a fragment.
    pub(crate) fn text(&mut self, fragment: &'static str) -> &mut Self {
        self.sql.push_str(fragment);
        self
    }

    /// Adds a parameter.
    pub(crate) fn value(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// Adds a whole number as a parameter.
    pub(crate) fn number(&mut self, number: i64) -> &mut Self {
        self.value(Value::Number(number))
    }
}

/// The query of a statement, with its parameters, for whichever database it is run on.
macro_rules! query {
    ($query:ident, $statement:expr) => {{
        let mut query = sqlx::$query(sqlx::AssertSqlSafe($statement.sql.as_str()));
        for value in &$statement.values {
            query = match value {
                $crate::lists::statement::Value::Number(number) => query.bind(number),
                $crate::lists::statement::Value::Word(word) => query.bind(word),
                $crate::lists::statement::Value::Id(id) => query.bind(id),
                $crate::lists::statement::Value::Bytes(bytes) => query.bind(bytes),
            };
        }
        query
    }};
}

pub(crate) use query;

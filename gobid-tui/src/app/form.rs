//! The form to log in or sign up.

use std::fmt;

/// The longest text of a field, in characters.
const LONGEST: usize = 200;

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Whether a user is to be made.
    pub is_sign_up: bool,
    /// The name others will see; of a sign-up alone.
    pub user_name: String,
    /// The e-mail.
    pub email: String,
    /// The password.
    pub password: Secret,
    /// Which field is being typed into.
    pub focus: Field,
    /// Whether the server has been asked and has not answered.
    pub is_busy: bool,
    /// Why the server refused, or what is missing.
    pub errors: Vec<String>,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name others will see.
    UserName,
    /// The e-mail.
    Email,
    /// The password.
    Password,
}

/// A text that no log and no debugger's output shows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Form {
    /// An empty form to log in, or to sign up.
    pub fn open(is_sign_up: bool, email: String) -> Self {
        let mut form = Self {
            is_sign_up,
            user_name: String::new(),
            email,
            password: Secret::default(),
            focus: Field::Email,
            is_busy: false,
            errors: Vec::new(),
        };
        form.focus =
            if form.email.is_empty() || is_sign_up { form.first() } else { Field::Password };
        form
    }

    /// The fields there are, in order.
    pub const fn fields(&self) -> &'static [Field] {
        if self.is_sign_up {
            &[Field::UserName, Field::Email, Field::Password]
        } else {
            &[Field::Email, Field::Password]
        }
    }

    /// From logging in to signing up and back; what was typed stays.
    pub fn toggle(&mut self) {
        self.is_sign_up = !self.is_sign_up;
        self.errors.clear();
        self.focus = self.first();
    }

    /// On to the next field, or back.
    pub fn move_focus(&mut self, is_forward: bool) {
        let fields = self.fields();
        let here = fields.iter().position(|field| *field == self.focus).unwrap_or(0);
        let steps = if is_forward { 1 } else { fields.len() - 1 };
        if let Some(next) = fields.get((here + steps) % fields.len()) {
            self.focus = *next;
        }
    }

    /// Whether the last field has the focus.
    pub fn is_at_last(&self) -> bool {
        self.fields().last() == Some(&self.focus)
    }

    /// A text was typed or pasted into the field; what cannot be shown is left out.
    pub fn insert(&mut self, text: &str) {
        let field = self.focused();
        let room = LONGEST.saturating_sub(field.chars().count());
        field.extend(text.chars().filter(|next| !next.is_control()).take(room));
    }

    /// Backspace.
    pub fn erase(&mut self) {
        self.focused().pop();
    }

    /// The field is emptied.
    pub fn erase_all(&mut self) {
        self.focused().clear();
    }

    /// What is missing before the server is asked.
    pub fn missing(&self) -> Option<Field> {
        let is_missing = |field: &&Field| match field {
            Field::UserName => self.user_name.trim().is_empty(),
            Field::Email => self.email.trim().is_empty(),
            Field::Password => self.password.0.is_empty(),
        };
        self.fields().iter().find(is_missing).copied()
    }

    /// The server refused.
    pub fn refused(&mut self, errors: Vec<String>) {
        self.is_busy = false;
        self.errors = errors;
        if !self.is_sign_up {
            self.password = Secret::default();
            self.focus = Field::Password;
        }
    }

    fn first(&self) -> Field {
        self.fields().first().copied().unwrap_or(Field::Email)
    }

    fn focused(&mut self) -> &mut String {
        match self.focus {
            Field::UserName => &mut self.user_name,
            Field::Email => &mut self.email,
            Field::Password => &mut self.password.0,
        }
    }
}

impl Secret {
    /// The text, for whoever must have it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A mask of it.
    pub fn masked(&self) -> String {
        "•".repeat(self.0.chars().count())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_walked_in_order_and_around() {
        let mut form = Form::open(false, String::new());
        assert_eq!(form.focus, Field::Email);
        form.move_focus(true);
        assert!(form.is_at_last());
        form.move_focus(true);
        assert_eq!(form.focus, Field::Email);
        form.toggle();
        assert_eq!(form.focus, Field::UserName);
        form.move_focus(false);
        assert_eq!(form.focus, Field::Password);
    }

    #[test]
    fn a_known_email_leaves_the_password_to_type() {
        assert_eq!(Form::open(false, "eva@x".to_owned()).focus, Field::Password);
        assert_eq!(Form::open(true, "eva@x".to_owned()).focus, Field::UserName);
    }

    #[test]
    fn the_password_is_shown_nowhere() {
        let mut form = Form::open(false, "eva@x".to_owned());
        form.insert("top\u{1b}secret\n");
        assert_eq!(form.password.reveal(), "topsecret");
        assert_eq!(form.password.masked(), "•••••••••");
        assert!(!format!("{form:?}").contains("secret"));
        form.refused(vec!["no".to_owned()]);
        assert_eq!(form.password.reveal(), "", "a wrong password is typed anew");
    }
}

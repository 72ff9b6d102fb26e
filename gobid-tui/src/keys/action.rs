//! What keys do.

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Opens the help, or closes it.
    Help,
    /// Leaves, after asking back while a bid has no answer.
    Quit,
    /// Leaves at once.
    Interrupt,
    /// Suspends the program.
    Suspend,
    /// Draws everything anew.
    Redraw,
    /// Closes what is open; in the auction it empties the amount, and then goes to the lists.
    Back,
    /// Connects anew; in the lists it reads anew.
    Reconnect,
    /// Opens the form to log in.
    LogIn,
    /// Opens the line of commands.
    Palette,
    /// The next theme.
    NextTheme,
    /// Bell and notifications, on or off.
    ToggleNotices,
    /// The link of the auction goes to the clipboard.
    Copy,
    /// The auction opens in the browser.
    OpenInBrowser,
    /// The link of the auction as a QR code, or that closed.
    Qr,
    /// On the watchlist, or off it.
    Watchlist,
    /// Opens the event log, or closes it.
    Events,
    /// The list that has the keys has the whole screen, or not.
    Zoom,
    /// The lists stand still, or go on.
    Freeze,
    /// Another way to draw the chart.
    ChartStyle,
    /// A shorter time in the chart.
    ChartIn,
    /// A longer time in the chart.
    ChartOut,
    /// The bids are written to a file.
    Export,
    /// The next auction.
    NextAuction,
    /// The auction before.
    PreviousAuction,
    /// The auction that something was told of.
    News,
    /// The auction is watched no more.
    CloseAuction,
    /// Opens the details of the product, or closes them.
    Details,
    /// The next list has the keys; in the lists the next tab.
    NextPane,
    /// The list before has the keys; in the lists the tab before.
    PreviousPane,
    /// Down by lines.
    Down(usize),
    /// Up by lines.
    Up(usize),
    /// To the newest line.
    Top,
    /// To the oldest line.
    Bottom,
    /// Watches the chosen auction.
    Open,
    /// Begins to type what is searched for.
    Filter,
    /// Another order of the lists.
    Sort,
    /// Shows the chosen auction in more detail, or not.
    Preview,
    /// A digit of the amount; in the lists a tab.
    Digit(char),
    /// The point of the amount.
    Point,
    /// Takes the last character away.
    Erase,
    /// A step more.
    StepUp,
    /// A step less.
    StepDown,
    /// From a firm bid to a hidden maximum, and back.
    ToggleMaximum,
    /// Opens the dialog.
    Review,
    /// Opens the dialog to buy now, or to accept the price of a Dutch auction.
    Buy,
    /// Sends the bid.
    Send,
    /// In the dialog: the amount becomes the new minimum.
    RaiseToMinimum,
    /// Closes the dialog without a bid.
    Cancel,
    /// The next field.
    NextField,
    /// The field before.
    PreviousField,
    /// Sends the form, or goes on to its next field.
    Submit,
    /// From logging in to signing up, and back.
    ToggleSignUp,
    /// Empties the field.
    EraseAll,
    /// A replay goes on, or stands still.
    Play,
    /// A replay goes so many hundredths of its length on, or back.
    Seek(i32),
    /// A replay goes on to the next event, or back to the one before.
    Step(i32),
    /// A replay is played faster.
    Faster,
    /// A replay is played slower.
    Slower,
}

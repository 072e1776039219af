//! The arguments of every command. Knows their names and values, and not what is done with them.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::base::Date;

/// Finds where personal data goes in a WeChat mini-program.
#[derive(Debug, Parser)]
#[command(name = "wxray", version, about, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Language of messages and reports.
    #[arg(long, global = true, value_enum, default_value_t = LangChoice::Auto)]
    pub lang: LangChoice,
    /// When to write colours; `auto` is to a terminal, and heeds `NO_COLOR`, `CLICOLOR_FORCE` and `CLICOLOR`.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// Number of threads; one for each core if not given.
    #[arg(short, long, global = true, value_name = "N", value_parser = parse_jobs)]
    pub jobs: Option<usize>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Analyse programs and report.
    ///
    /// Exit status: 0 nothing at or above --fail-on; 1 something; 2 wrong usage, settings or models; 3 not analysed.
    #[command(
        after_help = "Examples:\n  wxray scan\n  wxray scan miniprogram --concise --fail-on warning\n  wxray scan -o report.html -o wxray.sarif\n  wxray scan --write-baseline wxray-baseline.json\n  wxray scan --baseline wxray-baseline.json -f github"
    )]
    Scan(Scan),
    /// Explain a clause (`14.2.4`), a call or component (`wx.getLocation`, `button`), or a finding by its fingerprint.
    #[command(
        after_help = "Examples:\n  wxray explain 14.2.4\n  wxray explain button\n  wxray explain 33294d8571342420 --project miniprogram"
    )]
    Explain(Explain),
    /// The models: what is personal data, where it comes in and where it goes out.
    Models(Models),
    /// The data inventory: which personal data, collected where, kept where, sent to whom.
    #[command(
        after_help = "Examples:\n  wxray inventory\n  wxray inventory -f csv > inventory.csv\n  wxray inventory --guideline > 用户隐私保护指引.md"
    )]
    Inventory(Inventory),
    /// What two reports or two programs differ in: findings, data, recipients.
    #[command(
        after_help = "Examples:\n  wxray diff base.json miniprogram\n  wxray diff old new --fail-on new-recipient,new-data\n  wxray diff base.json head.json -f markdown"
    )]
    Diff(Diff),
    /// Analyse many programs: one path a line, one report as JSON a line.
    ///
    /// Each line has the keys of a report, and `path` and `status`, which `scan` would end with; a program that could not be
    /// analysed has a line with `error`. Programs know nothing of each other, and their own `wxray.toml` is not heeded.
    /// Exit status: 0 all analysed; 1 findings at or above --fail-on; 2 wrong usage, or a list or an output that fails; 3
    /// some program could not be analysed.
    #[command(
        after_help = "Examples:\n  ls -d programs/* | wxray batch > reports.jsonl\n  wxray batch list.txt -o reports.jsonl --resume\n  parallel --pipe -N50 wxray batch -j1 < list.txt > reports.jsonl"
    )]
    Batch(Batch),
    /// Write the files in a package (`.wxapkg`) to a folder.
    ///
    /// The names of the files go to stdout. Exit status: 0 all written; 2 something is in the way or cannot be written;
    /// 3 no package, an encrypted one, or one of which some files could not be had.
    #[command(after_help = "Examples:\n  wxray unpack __APP__.wxapkg -o unpacked\n  wxray scan unpacked")]
    Unpack(Unpack),
    /// How far data came from one line towards another, and where it was lost.
    #[command(
        after_help = "Examples:\n  wxray why pages/index/index.js:12 utils/request.js:6\n  wxray why --project miniprogram pages/index/index.js:12 utils/request.js:6"
    )]
    Why(Why),
    /// The data-flow graph, or the part of it between two lines, of a finding or of a function.
    #[command(
        after_help = "Examples:\n  wxray graph --finding 187a574d2d4e0522 | dot -Tsvg > flow.svg\n  wxray graph --from pages/index/index.js:12 --to utils/request.js:6 -f json\n  wxray graph --function request -f graphml > request.graphml"
    )]
    Graph(Graph),
    /// Write a `wxray.toml` with comments for the program that is found.
    #[command(after_help = "Examples:\n  wxray init\n  wxray init --lang zh miniprogram")]
    Init(Init),
    /// The settings.
    Config(ConfigArgs),
    /// Completions for a shell, on stdout.
    #[command(after_help = "Examples:\n  wxray completions bash > ~/.local/share/bash-completion/completions/wxray")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// The manual page, on stdout.
    #[command(
        after_help = "Examples:\n  wxray man > /usr/local/share/man/man1/wxray.1\n  wxray man scan > /usr/local/share/man/man1/wxray-scan.1"
    )]
    Man {
        /// The page of this command alone.
        command: Option<String>,
    },
}

/// `wxray scan`
#[derive(Debug, ClapArgs)]
pub struct Scan {
    /// A project, a mini-program root, a folder, a script or packages (`.wxapkg`).
    ///
    /// Several packages of one program, or a folder of them, are analysed together, and so is what was unpacked from one.
    /// Paths in the report are relative to the folder that was given. For a script the root is the nearest folder that
    /// holds it and all that it requires, inside of the project around it (`project.config.json`, `package.json` or `.git`).
    /// Each of several is analysed by itself, and their text reports follow each other; the exit status is the gravest.
    /// The other formats, and --output, take one.
    ///
    /// [default: .]
    pub paths: Vec<PathBuf>,
    /// Format on stdout [default: text, or nothing with --output].
    #[arg(short, long, value_enum)]
    pub format: Option<Format>,
    /// Write the report to a file. May be repeated.
    ///
    /// The extension tells the format: `.json`, `.sarif`, `.html`, `.md`, `.csv`, `.xml` (JUnit), `.gitlab.json` (code
    /// quality) or `.txt`. Nothing goes to stdout then unless --format asks for it.
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// The level of findings from which on the status is 1 [default: violation].
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Models and settings.
    #[command(flatten)]
    pub common: Common,
    /// Findings of an earlier run, which do not count: what --write-baseline wrote, or a report as JSON.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found to a file for --baseline. The status of this run is that of its findings.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// Report findings of these clauses only, with commas or blanks between them. May be repeated.
    ///
    /// What is said of the clauses themselves, and of flows, stays the same.
    #[arg(long, value_name = "CLAUSE", value_delimiter = ',')]
    pub only: Vec<String>,
    /// The day on which the program was released, as 2023-10-17: which dialogs and rules of the platform were in force
    /// [default: today].
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub release_date: Option<Date>,
    /// Judge by a pack of further rules, too: `neighbours`, `pipl`. May be repeated.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub pack: Vec<String>,
    /// One line for each finding.
    #[arg(long)]
    pub concise: bool,
    /// Show findings too that a comment, the settings or the baseline took out.
    #[arg(long)]
    pub show_suppressed: bool,
    /// Write the time that each phase took to stderr.
    #[arg(long)]
    pub timings: bool,
    /// Take nothing from earlier runs. Nothing is kept between runs as yet, so that this is always so.
    #[arg(long)]
    pub no_cache: bool,
    /// Tell less: no warnings about the analysis.
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Tell more: flows without a finding, every step, notes about the analysis, times in JSON.
    #[arg(short, long)]
    pub verbose: bool,
}

/// What every command takes that analyses a program.
#[derive(Debug, ClapArgs)]
pub struct Common {
    /// Which models are in force.
    #[command(flatten)]
    pub models: ModelFiles,
    /// The settings; without it `wxray.toml` is looked for in the folder of PATH and in those around it.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `wxray explain`
#[derive(Debug, ClapArgs)]
pub struct Explain {
    /// The number of a clause, the name of a call, component, category, package or host, or the fingerprint of a finding.
    #[arg(value_name = "WHAT")]
    pub what: String,
    /// The program that the finding is in.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub project: PathBuf,
    /// Models and settings.
    #[command(flatten)]
    pub common: Common,
}

/// `wxray inventory`
#[derive(Debug, ClapArgs)]
pub struct Inventory {
    /// A project, a mini-program root, a folder or a script.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Format on stdout.
    #[arg(short, long, value_enum, default_value_t = InventoryFormat::Text)]
    pub format: InventoryFormat,
    /// A draft of the 用户隐私保护指引 as Markdown, in Chinese; what code cannot tell is left open in it.
    #[arg(long, conflicts_with = "format")]
    pub guideline: bool,
    /// Models and settings.
    #[command(flatten)]
    pub common: Common,
}

/// `wxray diff`
#[derive(Debug, ClapArgs)]
pub struct Diff {
    /// A report as JSON, or a program.
    pub base: PathBuf,
    /// A report as JSON, or a program.
    pub head: PathBuf,
    /// Format on stdout.
    #[arg(short, long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
    /// With what the status is 1, with commas between. May be repeated.
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub fail_on: Vec<DiffGate>,
    /// Models and settings.
    #[command(flatten)]
    pub common: Common,
}

/// A format of what two reports differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A comment on a pull request.
    Markdown,
}

/// What fails a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffGate {
    /// A category of data that was not there.
    NewData,
    /// Somebody who got no data.
    NewRecipient,
    /// A category that goes to somebody who did not get it.
    NewPair,
    /// A finding that was not there.
    NewFinding,
    /// Nothing.
    Never,
}

/// `wxray batch`
#[derive(Debug, ClapArgs)]
pub struct Batch {
    /// The paths, one a line [default: stdin].
    #[arg(value_name = "LIST")]
    pub list: Option<PathBuf>,
    /// Write the lines to a file.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Go on with the file of --output: programs that it has a line of are left out.
    #[arg(long, requires = "output")]
    pub resume: bool,
    /// The level of findings from which on the status is 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Never)]
    pub fail_on: FailOn,
    /// The day on which the programs were released, as 2023-10-17 [default: today].
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub release_date: Option<Date>,
    /// Judge by a pack of further rules, too. May be repeated.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub pack: Vec<String>,
    /// Models and settings.
    #[command(flatten)]
    pub common: Common,
    /// Analyse what another `wxray batch` asks for.
    #[arg(long, hide = true)]
    pub worker: bool,
}

/// `wxray unpack`
#[derive(Debug, ClapArgs)]
pub struct Unpack {
    /// The package.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The folder to write to; it is made where there is none.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Replace files that are there.
    #[arg(long)]
    pub force: bool,
}

/// `wxray why`
#[derive(Debug, ClapArgs)]
pub struct Why {
    /// Where the data comes in: `file:line`, the file as reports name it or from here.
    #[arg(value_name = "SOURCE", value_parser = parse_line)]
    pub source: Line,
    /// Where it should arrive: `file:line`.
    #[arg(value_name = "SINK", value_parser = parse_line)]
    pub sink: Line,
    /// The program.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub project: PathBuf,
    /// Models and settings.
    #[command(flatten)]
    pub common: Common,
}

/// `wxray graph`
#[derive(Debug, ClapArgs)]
pub struct Graph {
    /// The program.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Format on stdout.
    #[arg(short, long, value_enum, default_value_t = GraphFormat::Dot)]
    pub format: GraphFormat,
    /// Only what comes from here: `file:line`.
    #[arg(long, value_name = "LINE", value_parser = parse_line)]
    pub from: Option<Line>,
    /// Only what gets here: `file:line`.
    #[arg(long, value_name = "LINE", value_parser = parse_line)]
    pub to: Option<Line>,
    /// Only what lies between the ends of this finding's flow.
    #[arg(long, value_name = "ID", conflicts_with_all = ["from", "to"])]
    pub finding: Option<String>,
    /// Only what belongs to functions of this name.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "to", "finding"])]
    pub function: Option<String>,
    /// Models and settings.
    #[command(flatten)]
    pub common: Common,
}

/// A format of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For Graphviz.
    Dot,
    /// For programs.
    Json,
    /// For graph editors.
    Graphml,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file.
    pub file: String,
    /// From 1.
    pub line: u32,
}

/// A format of the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InventoryFormat {
    /// For people.
    Text,
    /// A table.
    Csv,
    /// For programs.
    Json,
    /// Tables in Markdown.
    Markdown,
    /// One page, with nothing beside it.
    Html,
}

/// `wxray init`
#[derive(Debug, ClapArgs)]
pub struct Init {
    /// The folder of the program; `wxray.toml` is written there.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Replace the file if there is one.
    #[arg(long)]
    pub force: bool,
}

/// `wxray config`
#[derive(Debug, ClapArgs)]
pub struct ConfigArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// The settings in force, and where each comes from.
    Show {
        /// For which program.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Models and settings.
        #[command(flatten)]
        common: Common,
    },
    /// The JSON Schema of `wxray.toml`.
    Schema,
}

/// Which models are in force.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct ModelFiles {
    /// A JSON file of models or a folder of them, beside the built-in ones. May be repeated.
    #[arg(id = "models", long = "models", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Leave out the built-in models.
    #[arg(long)]
    pub no_default_models: bool,
}

/// `wxray models`
#[derive(Debug, ClapArgs)]
pub struct Models {
    /// What to do with them.
    #[command(subcommand)]
    pub command: ModelsCommand,
}

/// What to do with models.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Print the JSON Schema of model files.
    Schema,
    /// Check model files.
    Check {
        /// JSON files or folders of them.
        #[arg(required = true, value_name = "FILE")]
        paths: Vec<PathBuf>,
    },
    /// List the models in force.
    List {
        /// Format of the list.
        #[arg(short, long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
        /// Which of them to list.
        #[command(flatten)]
        filter: ModelFilter,
        /// Which models are in force.
        #[command(flatten)]
        models: ModelFiles,
    },
}

/// Which models to list: those that have one of the given values of every kind of filter.
#[derive(Debug, Default, clap::Args)]
pub struct ModelFilter {
    /// Only these kinds: source, sink, gate, step; or recipient, name, which are not listed otherwise.
    #[arg(long, value_name = "KIND", num_args = 1..)]
    pub kind: Vec<String>,
    /// Only these families.
    #[arg(long, value_name = "FAMILY", num_args = 1..)]
    pub family: Vec<String>,
    /// Only these categories of data.
    #[arg(long, visible_alias = "category", value_name = "CATEGORY", num_args = 1..)]
    pub data: Vec<String>,
    /// Only those that bear on these clauses.
    #[arg(long, value_name = "CLAUSE", num_args = 1..)]
    pub clause: Vec<String>,
}

/// A format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: all there is.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// One page for a reviewer, with nothing beside it.
    Html,
    /// A comment on a pull request.
    Markdown,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// A table with a row for each finding.
    Csv,
}

/// A format of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// From which level on findings fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Proven violations.
    Violation,
    /// Likely ones too.
    Warning,
    /// Anything.
    Note,
    /// Nothing.
    Never,
}

/// A choice of language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LangChoice {
    /// Chinese.
    Zh,
    /// English.
    En,
    /// That of the environment.
    Auto,
}

/// When to write colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// To a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `file:line`, also with a column behind it.
fn parse_line(text: &str) -> Result<Line, String> {
    let wrong = || NO_LINE.to_owned();
    let (mut file, mut number) = text.rsplit_once(':').ok_or_else(wrong)?;
    if let Some((before, line)) = file.rsplit_once(':').filter(|(_, line)| line.parse::<u32>().is_ok()) {
        (file, number) = (before, line);
    }
    let line = number.parse().ok().filter(|line| 0 < *line).ok_or_else(wrong)?;
    let file = file.replace('\\', "/");
    Ok(Line { file: file.trim_start_matches("./").to_owned(), line })
}

/// What is wrong with a day.
pub const NO_DAY: &str = "must be a day such as 2023-10-17";
/// What is wrong with a line of a file.
pub const NO_LINE: &str = "must be a file and a line: `pages/index/index.js:12`";
/// What is wrong with a number of threads.
pub const NO_NUMBER: &str = "must be a whole number from 1 on";

fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|()| NO_DAY.to_owned())
}

fn parse_jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(NO_NUMBER.to_owned()),
        Ok(jobs) => Ok(jobs),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{Args, Line, parse_line};

    #[test]
    fn a_line_has_a_file_and_perhaps_a_column() {
        let line = |file: &str, line| Ok(Line { file: file.to_owned(), line });
        assert_eq!(parse_line("./a/b.js:12"), line("a/b.js", 12));
        assert_eq!(parse_line("a\\b.js:12:7"), line("a/b.js", 12));
        assert_eq!(parse_line("C:/a.js:3"), line("C:/a.js", 3));
        assert!([":", "a.js", "a.js:0", "a.js:x"].iter().all(|text| parse_line(text).is_err()));
    }

    #[test]
    fn the_definition_is_consistent() {
        Args::command().debug_assert();
    }
}

//! The command line of Estompe; everything is in [`estompe::cli`].

fn main() -> std::process::ExitCode {
    estompe::cli::main()
}

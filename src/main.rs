//! The command line of Estompe; everything is in [`estompe::cli`].

/// A report is thousands of small pieces that are made and dropped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    estompe::cli::main()
}

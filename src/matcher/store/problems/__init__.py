"""What is planned with: the problem's rows and lives, policies, outcome models, snapshots as runs read them."""

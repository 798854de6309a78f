BEGIN TRANSACTION;
CREATE TABLE accounts (
	account_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	roles TEXT NOT NULL, 
	units TEXT, 
	contracts TEXT, 
	password_hash TEXT, 
	issuer TEXT, 
	subject TEXT, 
	made_by TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	disabled_at TEXT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (account_id), 
	CONSTRAINT uq_accounts_issuer_subject UNIQUE (issuer, subject), 
	CONSTRAINT uq_accounts_name_key UNIQUE (name_key)
);
INSERT INTO "accounts" VALUES(1,'Ada Berg','ada berg','planner',NULL,NULL,'none',NULL,NULL,'Ada','2026-11-26T09:59:01.234447+00:00',NULL,1);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0010');
CREATE TABLE attempts (
	attempt_key TEXT NOT NULL, 
	num_tries BIGINT NOT NULL, 
	last_at TEXT NOT NULL, 
	CONSTRAINT pk_attempts PRIMARY KEY (attempt_key)
);
CREATE TABLE audit_log (
	entry BIGINT NOT NULL, 
	at TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	entity_id TEXT, 
	reason TEXT, 
	facts TEXT NOT NULL, 
	hash_before TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	CONSTRAINT pk_audit_log PRIMARY KEY (entry)
);
INSERT INTO "audit_log" VALUES(1,'2026-11-26T09:59:01.234447+00:00','Ada','save','policies','1',NULL,'{"document_hash": "23dbbc0926e5162b59f0d168fe17a015f7ddd91194ebfc12908e751cb0cc5cac"}','0000000000000000000000000000000000000000000000000000000000000000','10bacd86f25335ee81ae17cca47a9d0b81644aa1233540f18e0ae79b899e8d9a');
INSERT INTO "audit_log" VALUES(2,'2026-11-26T09:59:01.234447+00:00','Ada','save','problem','sha256:5a951ac2e40531006f397399c7317a7e185ac1e71b0fa053af324580468015c1',NULL,'{"added": 13, "changed": 0}','10bacd86f25335ee81ae17cca47a9d0b81644aa1233540f18e0ae79b899e8d9a','4f27de86f5d8b0369e0b48010aca5461e8b64b626517657dc2f27d6c2f7591df');
INSERT INTO "audit_log" VALUES(3,'2026-11-26T09:59:01.234447+00:00','Ada','add','accounts','1',NULL,'{"roles": "planner"}','4f27de86f5d8b0369e0b48010aca5461e8b64b626517657dc2f27d6c2f7591df','fe3a48bc9b84baf0838ae190541789cb574cec4fd0e2a0152cdf0dd772e526c8');
INSERT INTO "audit_log" VALUES(4,'2026-11-26T09:59:01.234447+00:00','Ada Berg','add_second_factor','accounts','1',NULL,'{}','fe3a48bc9b84baf0838ae190541789cb574cec4fd0e2a0152cdf0dd772e526c8','e8b665e3797971bd87412ef59a8f443471db8be303bf49d4cc4126136a0d38f2');
INSERT INTO "audit_log" VALUES(5,'2026-11-26T09:59:01.234447+00:00','Ada Berg','make_recovery_codes','accounts','1',NULL,'{"codes": 10}','e8b665e3797971bd87412ef59a8f443471db8be303bf49d4cc4126136a0d38f2','d93b37229c23cf97ed5a904ff0e540f0df641304e300d14af60def2c9f58748c');
INSERT INTO "audit_log" VALUES(6,'2026-11-26T09:59:01.401758+00:00','Ada','ask','jobs','1',NULL,'{"kind": "batch", "once_key": null}','d93b37229c23cf97ed5a904ff0e540f0df641304e300d14af60def2c9f58748c','8dbc2829fa1f666651235c24c315df155adeeb52eca3ffdf3ee4996359181a4f');
INSERT INTO "audit_log" VALUES(7,'2026-11-26T09:59:01.401758+00:00','Ada','ask','runs','1',NULL,'{"gap_limit": 1e-06, "policy_version": 1, "problem_hash": "sha256:09c1bdb2673d3e4d0f9f908a632820f55ba6211c0810045fd957ccaa8df13d00", "seed": 0, "versions": {"matcher": "0.1.0", "numpy": "2.4.6", "ortools": "9.15.6755", "python": "3.11.7"}, "weights_hash": "23dbbc0926e5162b59f0d168fe17a015f7ddd91194ebfc12908e751cb0cc5cac"}','8dbc2829fa1f666651235c24c315df155adeeb52eca3ffdf3ee4996359181a4f','1274b72cd2d6e19f6af62a1a11df2cb097e139b9f720fcef0d08c94f15cac88c');
INSERT INTO "audit_log" VALUES(8,'2026-11-26T09:59:01.626554+00:00','worker','done','jobs','1',NULL,'{"fence": 1}','1274b72cd2d6e19f6af62a1a11df2cb097e139b9f720fcef0d08c94f15cac88c','46d0fd51ee90a13259ef66d0e4273d02eb6a8ff5a1c6bbb3ba4bd59a28bcc82b');
INSERT INTO "audit_log" VALUES(9,'2026-11-26T09:59:01.626554+00:00','worker','plan','plans','1',NULL,'{"content_hash": "5d7ccffc75df5ab1e74fb9d8e26f6e68fbfee239f140049506b35d1930d395ea", "run_id": 1, "status": "optimal", "tiers": [{"bound": "0", "gap": 0.0, "name": "shortfall", "value": "0"}, {"bound": "1.049958", "gap": 0.0, "name": "placements", "value": "1.049958"}, {"bound": "1000", "gap": 0.0, "name": "cost", "value": "1000"}, {"bound": "302764", "gap": 0.0, "name": "tie_break", "value": "302764"}]}','46d0fd51ee90a13259ef66d0e4273d02eb6a8ff5a1c6bbb3ba4bd59a28bcc82b','b7d186bdf06d9f116a6ec009ee6fec51873daa17d04d304e40dddf32c17f5108');
INSERT INTO "audit_log" VALUES(10,'2026-11-26T09:59:01.626554+00:00','worker','propose','plans','1',NULL,'{"proposals": 2, "superseded": 0}','b7d186bdf06d9f116a6ec009ee6fec51873daa17d04d304e40dddf32c17f5108','69996ae21abaf4f253bf7cc2c79b570b7bc27031795e285e96ef6ebf1742ad4b');
INSERT INTO "audit_log" VALUES(11,'2026-11-26T09:59:01.670310+00:00','Ada','publish','plans','1','first','{}','69996ae21abaf4f253bf7cc2c79b570b7bc27031795e285e96ef6ebf1742ad4b','9645edea9722c5b1b999adb907c0f01dbfbd37f7c75cc14bb50156b9af624ec5');
INSERT INTO "audit_log" VALUES(12,'2026-11-26T09:59:01.670310+00:00','Ada','accept','decisions','C1|V1',NULL,'{}','9645edea9722c5b1b999adb907c0f01dbfbd37f7c75cc14bb50156b9af624ec5','4804e856fe3f6036a6e2352b088fc734b27dd44cdb6f46680ca9d03041c9b916');
INSERT INTO "audit_log" VALUES(13,'2026-11-26T09:59:01.670310+00:00','Ada','reject','decisions','C3|V1','other','{}','4804e856fe3f6036a6e2352b088fc734b27dd44cdb6f46680ca9d03041c9b916','ded1eb211a4f5af305097d8bb73a125d510533e0f8d88a3ec6b928bde09475ed');
CREATE TABLE backup_info (made_at TEXT, revision TEXT, content_hash TEXT);
INSERT INTO "backup_info" VALUES('2026-11-26T09:59:01.958893+00:00','0010','sha256:458c2dad1e3c3780b8ca690ebcf95f13cfec317f549ec38a0c2290a16a6957b8');
CREATE TABLE budgets (
	row_id INTEGER NOT NULL, 
	budget_id TEXT NOT NULL, 
	amount TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_budgets PRIMARY KEY (row_id), 
	CONSTRAINT uq_budgets_budget_id UNIQUE (budget_id)
);
INSERT INTO "budgets" VALUES(1,'B1','100000',1);
CREATE TABLE candidate_skills (
	row_id INTEGER NOT NULL, 
	candidate_id TEXT NOT NULL, 
	skill TEXT NOT NULL, 
	level BIGINT NOT NULL, 
	valid_until DATE, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_candidate_skills PRIMARY KEY (row_id), 
	CONSTRAINT fk_candidate_skills_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id), 
	CONSTRAINT uq_candidate_skills_candidate_id_skill UNIQUE (candidate_id, skill)
);
INSERT INTO "candidate_skills" VALUES(1,'C1','forklift',1,NULL,1);
CREATE TABLE candidates (
	row_id INTEGER NOT NULL, 
	candidate_id TEXT NOT NULL, 
	available_from DATE NOT NULL, 
	groups TEXT NOT NULL, 
	municipality TEXT, 
	max_distance_km DOUBLE, 
	extent_percent BIGINT NOT NULL, 
	max_placements BIGINT NOT NULL, 
	occupations TEXT NOT NULL, 
	max_trainings BIGINT, 
	months_out_of_work BIGINT NOT NULL, 
	available_until DATE, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_candidates PRIMARY KEY (row_id), 
	CONSTRAINT uq_candidates_candidate_id UNIQUE (candidate_id)
);
INSERT INTO "candidates" VALUES(1,'C1','2026-01-01','',NULL,NULL,100,1,'',NULL,0,NULL,'accepted',3);
INSERT INTO "candidates" VALUES(2,'C2','2026-01-01','',NULL,NULL,100,1,'',NULL,0,NULL,'available',1);
INSERT INTO "candidates" VALUES(3,'C3','2026-01-01','',NULL,NULL,100,1,'',NULL,0,NULL,'available',3);
CREATE TABLE cases (
	candidate_id TEXT NOT NULL, 
	caseworker TEXT NOT NULL, 
	unit TEXT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_cases PRIMARY KEY (candidate_id), 
	CONSTRAINT fk_cases_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id)
);
CREATE TABLE cohorts (
	row_id INTEGER NOT NULL, 
	cohort_id TEXT NOT NULL, 
	course_id TEXT NOT NULL, 
	start_date DATE NOT NULL, 
	end_date DATE NOT NULL, 
	seats BIGINT NOT NULL, 
	min_participants BIGINT NOT NULL, 
	cost_per_seat TEXT NOT NULL, 
	fixed_cost TEXT NOT NULL, 
	budget_id TEXT, 
	municipality TEXT, 
	status TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_cohorts PRIMARY KEY (row_id), 
	CONSTRAINT fk_cohorts_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (budget_id), 
	CONSTRAINT fk_cohorts_course_id FOREIGN KEY(course_id) REFERENCES courses (course_id), 
	CONSTRAINT uq_cohorts_cohort_id UNIQUE (cohort_id)
);
INSERT INTO "cohorts" VALUES(1,'K1','U1','2026-09-07','2026-09-25',1,0,'1000.000000','0','B1',NULL,'planned',1);
CREATE TABLE contracts (
	row_id INTEGER NOT NULL, 
	contract_id TEXT NOT NULL, 
	start_date DATE, 
	buyer TEXT, 
	supplier TEXT, 
	title TEXT, 
	cpv TEXT, 
	municipality TEXT, 
	end_date DATE, 
	obligation_quantity TEXT, 
	obligation_unit TEXT NOT NULL, 
	obligation_kind TEXT NOT NULL, 
	groups TEXT NOT NULL, 
	status TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_contracts PRIMARY KEY (row_id), 
	CONSTRAINT uq_contracts_contract_id UNIQUE (contract_id)
);
INSERT INTO "contracts" VALUES(1,'T1','2026-10-01','school board',NULL,NULL,NULL,NULL,'2027-09-30','1.000000','persons','required','','awarded',1);
INSERT INTO "contracts" VALUES(2,'T2','2027-04-01','park board',NULL,NULL,NULL,NULL,'2028-03-31',NULL,'persons','required','','awarded',1);
CREATE TABLE courses (
	row_id INTEGER NOT NULL, 
	course_id TEXT NOT NULL, 
	title TEXT, 
	completion_rate TEXT NOT NULL, 
	skills TEXT NOT NULL, 
	prerequisites TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_courses PRIMARY KEY (row_id), 
	CONSTRAINT uq_courses_course_id UNIQUE (course_id)
);
INSERT INTO "courses" VALUES(1,'U1',NULL,'1','forklift','',1);
CREATE TABLE decision_log (
	decision_id INTEGER NOT NULL, 
	candidate_id TEXT NOT NULL, 
	vacancy_id TEXT NOT NULL, 
	proposal_id BIGINT, 
	act TEXT NOT NULL, 
	reason_code TEXT, 
	note TEXT, 
	decided_by TEXT NOT NULL, 
	decided_at TEXT NOT NULL, 
	CONSTRAINT pk_decision_log PRIMARY KEY (decision_id), 
	CONSTRAINT fk_decision_log_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id), 
	CONSTRAINT fk_decision_log_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposals (proposal_id), 
	CONSTRAINT fk_decision_log_vacancy_id FOREIGN KEY(vacancy_id) REFERENCES vacancies (vacancy_id)
);
INSERT INTO "decision_log" VALUES(1,'C1','V1',1,'accept',NULL,NULL,'Ada','2026-11-26T09:59:01.670310+00:00');
INSERT INTO "decision_log" VALUES(2,'C3','V1',2,'reject','other',NULL,'Ada','2026-11-26T09:59:01.670310+00:00');
CREATE TABLE decisions (
	row_id INTEGER NOT NULL, 
	candidate_id TEXT NOT NULL, 
	vacancy_id TEXT NOT NULL, 
	decision TEXT NOT NULL, 
	reason TEXT, 
	decided_by TEXT, 
	decided_at DATE, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_decisions PRIMARY KEY (row_id), 
	CONSTRAINT fk_decisions_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id), 
	CONSTRAINT fk_decisions_vacancy_id FOREIGN KEY(vacancy_id) REFERENCES vacancies (vacancy_id), 
	CONSTRAINT uq_decisions_candidate_id_vacancy_id_decision UNIQUE (candidate_id, vacancy_id, decision)
);
INSERT INTO "decisions" VALUES(1,'C1','V1','accepted',NULL,'Ada','2026-11-26',1);
INSERT INTO "decisions" VALUES(2,'C3','V1','forbidden','other','Ada','2026-11-26',1);
CREATE TABLE enrolments (
	row_id INTEGER NOT NULL, 
	candidate_id TEXT NOT NULL, 
	cohort_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_enrolments PRIMARY KEY (row_id), 
	CONSTRAINT fk_enrolments_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id), 
	CONSTRAINT fk_enrolments_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohorts (cohort_id), 
	CONSTRAINT uq_enrolments_candidate_id_cohort_id UNIQUE (candidate_id, cohort_id)
);
CREATE TABLE follow_ups (
	follow_up_id INTEGER NOT NULL, 
	placement_id BIGINT NOT NULL, 
	months BIGINT NOT NULL, 
	due_on DATE NOT NULL, 
	is_sustained BOOLEAN, 
	recorded_by TEXT, 
	recorded_at TEXT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_follow_ups PRIMARY KEY (follow_up_id), 
	CONSTRAINT fk_follow_ups_placement_id FOREIGN KEY(placement_id) REFERENCES placements (placement_id), 
	CONSTRAINT uq_follow_ups_placement_id_months UNIQUE (placement_id, months)
);
CREATE TABLE half_sign_ins (
	token_hash TEXT NOT NULL, 
	account_id BIGINT NOT NULL, 
	means TEXT NOT NULL, 
	back TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	CONSTRAINT pk_half_sign_ins PRIMARY KEY (token_hash), 
	CONSTRAINT fk_half_sign_ins_account_id FOREIGN KEY(account_id) REFERENCES accounts (account_id)
);
CREATE TABLE history (
	row_id INTEGER NOT NULL, 
	placement_id TEXT NOT NULL, 
	sustained BOOLEAN NOT NULL, 
	nice_share DOUBLE NOT NULL, 
	distance_km DOUBLE NOT NULL, 
	form TEXT NOT NULL, 
	extent_percent BIGINT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_history PRIMARY KEY (row_id), 
	CONSTRAINT uq_history_placement_id UNIQUE (placement_id)
);
CREATE TABLE identities (
	candidate_id TEXT NOT NULL, 
	outer_key_id TEXT NOT NULL, 
	wrapped_key BLOB, 
	nonce BLOB, 
	ciphertext BLOB, 
	saved_at TEXT NOT NULL, 
	erased_at TEXT, 
	erased_by TEXT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_identities PRIMARY KEY (candidate_id), 
	CONSTRAINT fk_identities_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id)
);
CREATE TABLE invitations (
	invitation_id INTEGER NOT NULL, 
	code_hash TEXT NOT NULL, 
	account_id BIGINT, 
	roles TEXT NOT NULL, 
	units TEXT, 
	contracts TEXT, 
	made_by TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	used_at TEXT, 
	CONSTRAINT pk_invitations PRIMARY KEY (invitation_id), 
	CONSTRAINT fk_invitations_account_id FOREIGN KEY(account_id) REFERENCES accounts (account_id), 
	CONSTRAINT uq_invitations_code_hash UNIQUE (code_hash)
);
CREATE TABLE jobs (
	job_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	arguments TEXT NOT NULL, 
	once_key TEXT, 
	state TEXT NOT NULL, 
	asked_by TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	started_at TEXT, 
	ended_at TEXT, 
	attempts BIGINT NOT NULL, 
	fence BIGINT NOT NULL, 
	worker TEXT, 
	lease_until TEXT, 
	is_cancel_asked BOOLEAN NOT NULL, 
	time_limit_s DOUBLE, 
	memory_limit_mb BIGINT, 
	phase TEXT, 
	tier TEXT, 
	incumbent TEXT, 
	bound TEXT, 
	gap DOUBLE, 
	error TEXT, pieces_done BIGINT, pieces BIGINT, 
	CONSTRAINT pk_jobs PRIMARY KEY (job_id), 
	CONSTRAINT uq_jobs_once_key UNIQUE (once_key)
);
INSERT INTO "jobs" VALUES(1,'batch','{"as_of": "2026-09-01", "horizon_days": 120}',NULL,'done','Ada','2026-11-26T09:59:01.401758+00:00','2026-11-26T09:59:01.455892+00:00','2026-11-26T09:59:01.626554+00:00',1,1,'worker',NULL,0,NULL,NULL,'integer','tie_break','302764','302764',0.0,NULL,NULL,NULL);
CREATE TABLE kept_answers (
	key_hash TEXT NOT NULL, 
	request_hash TEXT NOT NULL, 
	status BIGINT NOT NULL, 
	document TEXT NOT NULL, 
	headers TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	CONSTRAINT pk_kept_answers PRIMARY KEY (key_hash)
);
CREATE TABLE model_switches (
	switch_id INTEGER NOT NULL, 
	model_id BIGINT, 
	switched_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	switched_at TEXT NOT NULL, 
	CONSTRAINT pk_model_switches PRIMARY KEY (switch_id), 
	CONSTRAINT fk_model_switches_model_id FOREIGN KEY(model_id) REFERENCES outcome_models (model_id)
);
CREATE TABLE moves (
	move_id INTEGER NOT NULL, 
	entity TEXT NOT NULL, 
	entity_id TEXT NOT NULL, 
	state_before TEXT, 
	state TEXT NOT NULL, 
	moved_by TEXT NOT NULL, 
	reason TEXT, 
	moved_at TEXT NOT NULL, 
	CONSTRAINT pk_moves PRIMARY KEY (move_id)
);
INSERT INTO "moves" VALUES(1,'candidates','C1','available','proposed','worker','plan 1','2026-11-26T09:59:01.626554+00:00');
INSERT INTO "moves" VALUES(2,'candidates','C3','available','proposed','worker','plan 1','2026-11-26T09:59:01.626554+00:00');
INSERT INTO "moves" VALUES(3,'vacancies','V1','awarded','proposed','worker','plan 1','2026-11-26T09:59:01.626554+00:00');
INSERT INTO "moves" VALUES(4,'proposals','1','proposed','accepted','Ada',NULL,'2026-11-26T09:59:01.670310+00:00');
INSERT INTO "moves" VALUES(5,'candidates','C1','proposed','accepted','Ada','accepted','2026-11-26T09:59:01.670310+00:00');
INSERT INTO "moves" VALUES(6,'proposals','2','proposed','rejected','Ada','other','2026-11-26T09:59:01.670310+00:00');
INSERT INTO "moves" VALUES(7,'candidates','C3','proposed','available','Ada','nothing open','2026-11-26T09:59:01.670310+00:00');
CREATE TABLE municipalities (
	row_id INTEGER NOT NULL, 
	municipality TEXT NOT NULL, 
	latitude DOUBLE NOT NULL, 
	longitude DOUBLE NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_municipalities PRIMARY KEY (row_id), 
	CONSTRAINT uq_municipalities_municipality UNIQUE (municipality)
);
CREATE TABLE outcome_models (
	model_id INTEGER NOT NULL, 
	coefficients TEXT NOT NULL, 
	comparison TEXT NOT NULL, 
	trained_by TEXT NOT NULL, 
	trained_at TEXT NOT NULL, 
	compared_with BIGINT, 
	CONSTRAINT pk_outcome_models PRIMARY KEY (model_id)
);
CREATE TABLE pairs (
	row_id INTEGER NOT NULL, 
	candidate_id TEXT NOT NULL, 
	vacancy_id TEXT NOT NULL, 
	score TEXT NOT NULL, 
	cohort_ids TEXT NOT NULL, 
	cost TEXT, 
	resource_id TEXT, 
	resource_use TEXT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_pairs PRIMARY KEY (row_id), 
	CONSTRAINT fk_pairs_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id), 
	CONSTRAINT fk_pairs_resource_id FOREIGN KEY(resource_id) REFERENCES resources (resource_id), 
	CONSTRAINT fk_pairs_vacancy_id FOREIGN KEY(vacancy_id) REFERENCES vacancies (vacancy_id)
);
CREATE TABLE placements (
	placement_id INTEGER NOT NULL, 
	candidate_id TEXT NOT NULL, 
	vacancy_id TEXT NOT NULL, 
	proposal_id BIGINT, 
	start_date DATE NOT NULL, 
	ended_on DATE, 
	nice_share DOUBLE NOT NULL, 
	distance_km DOUBLE NOT NULL, 
	form TEXT NOT NULL, 
	extent_percent BIGINT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_placements PRIMARY KEY (placement_id), 
	CONSTRAINT fk_placements_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id), 
	CONSTRAINT fk_placements_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposals (proposal_id), 
	CONSTRAINT fk_placements_vacancy_id FOREIGN KEY(vacancy_id) REFERENCES vacancies (vacancy_id), 
	CONSTRAINT uq_placements_candidate_id_vacancy_id_start_date UNIQUE (candidate_id, vacancy_id, start_date)
);
CREATE TABLE plans (
	plan_id INTEGER NOT NULL, 
	run_id BIGINT NOT NULL, 
	plan_hash TEXT NOT NULL, 
	status TEXT NOT NULL, 
	stop_reason TEXT NOT NULL, 
	content_hash TEXT NOT NULL, 
	document BLOB NOT NULL, 
	tiers TEXT NOT NULL, 
	story TEXT NOT NULL, 
	checked_at TEXT NOT NULL, 
	CONSTRAINT pk_plans PRIMARY KEY (plan_id), 
	CONSTRAINT fk_plans_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id), 
	CONSTRAINT uq_plans_run_id UNIQUE (run_id)
);
INSERT INTO "plans" VALUES(1,1,'sha256:e7c2e19b3f0100d4aa6180f96f19d12f1ee9e2d4d4520eaeaf1a83cdface0db3','optimal','proven','5d7ccffc75df5ab1e74fb9d8e26f6e68fbfee239f140049506b35d1930d395ea',X'789CAD55CB6EE32014DDE72B2AD64D04F811BBDB59763B9A4D55590470838AED1470664651FF7D2E101C7B2A4569D59DEF11E7DCF7F569858ED25835F4E8E18EDCAFD0C10C3B2DBB66CFEC1E2064F78C16E503AE39D9891D2DB799C8642E705BB735AE5899D18AE2B62876ACA484705C118CF3A21575B1E59CB14AB42413182390B68EB9D17AD1E1E054C7B4075FD8A1D1AA53CEFB976B5C02E6148404F6D3EA847AD6C918C7605CCB3490EED091E9D1A318BE77C3D88BF33788F9AF8DFFE69AA94E8A66C2DEEF677207CDB8EC64EFEC5C8F6C705ED74535939D41B7ABF3C1BA852EC6F350CFE6ED7A50906667247B9D8B66986ECB7C263B01D78557CF506266AD7AE9630162A139EB8512CCC9467931F483446780F3BF67EC57C0F8E07B0150A03E03029D05C093FD2B8A69B926788DC36BCB07137AB529685E6FEB90D80767D96DCED023419F7618128E3A53B249D5D31F034DF666D05A86FE8069C6DE3F76669451601AC08B46EF0CE349E5675031F26D54665211522BD8AF60D3A833F6AD3AFB79F2F6DB383816BACBF7D226944BE354AB78CCF0046BA9B86C2C673ACD539C21CEAC4C01F9B5F9B02AADFA937CC1A448F75BCA3E994134BA0C5D4902CBE5B84D01E8AF2A8C616AA3E7CE3B19DE8219BB1233086E136F2FB5B8901659246E4C1C0AB98837ADDB77475A9FA3FC5AA835CEABACBE425B9679C9ABC8FF492E6EC077670AA79B902F265AE12ACB3E9DA667D16BB4D4D44B88192D7C51425D901DF43114E672253BE660854CB824D33F0DE10D9CF070176428194CCFFBEA1F3BEFFC56','[{"name": "shortfall", "value": "0", "bound": "0", "gap": 0.0}, {"name": "placements", "value": "1.049958", "bound": "1.049958", "gap": 0.0}, {"name": "cost", "value": "1000", "bound": "1000", "gap": 0.0}, {"name": "tie_break", "value": "302764", "bound": "302764", "gap": 0.0}]','{"baseline": {"placements": 2, "shortfall": "0", "value": "1.049958"}, "num_columns": 3, "seconds": {"check": 0.011, "columns": 0.022, "greedy": 0.001, "plan": 0.001, "solve": 0.096}, "threads": 2}','2026-11-26T09:59:01.626554+00:00');
CREATE TABLE policies (
	policy_version INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	document TEXT NOT NULL, 
	document_hash TEXT NOT NULL, 
	legal_basis TEXT, 
	approved_by TEXT, 
	valid_from DATE, 
	saved_by TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	approved_at TEXT, 
	CONSTRAINT pk_policies PRIMARY KEY (policy_version)
);
INSERT INTO "policies" VALUES(1,'default','{
"version": 1,
"policy": {"name": "default", "tiers": ["shortfall", "placements", "cost", "changes", "tie_break"], "max_route_length": 3, "hours_per_month": 165, "priority_per_year": 0.1, "priority_max_years": 3, "lateness_per_week": 0, "shortfall_weight": {"breach": 10, "dialogue": 0.25, "hard_quota": 10, "required": 1}, "unit_weight": {"credit": 1, "hours": 0.00050505, "person_months": 0.08333333, "persons": 1}, "credit": {}, "outcome": {"intercept": 0.1, "nice_share": 0.8, "per_10_km": -0.08, "apprenticeship": 0.1, "internship": -0.4, "part_time": -0.3}}
}
','23dbbc0926e5162b59f0d168fe17a015f7ddd91194ebfc12908e751cb0cc5cac',NULL,NULL,NULL,'Ada','2026-11-26T09:59:01.234447+00:00',NULL);
CREATE TABLE proposals (
	proposal_id INTEGER NOT NULL, 
	plan_id BIGINT NOT NULL, 
	candidate_id TEXT NOT NULL, 
	vacancy_id TEXT NOT NULL, 
	cohort_ids TEXT NOT NULL, 
	start_date DATE, 
	score TEXT NOT NULL, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_proposals PRIMARY KEY (proposal_id), 
	CONSTRAINT fk_proposals_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id), 
	CONSTRAINT fk_proposals_plan_id FOREIGN KEY(plan_id) REFERENCES plans (plan_id), 
	CONSTRAINT fk_proposals_vacancy_id FOREIGN KEY(vacancy_id) REFERENCES vacancies (vacancy_id), 
	CONSTRAINT uq_proposals_plan_id_candidate_id_vacancy_id UNIQUE (plan_id, candidate_id, vacancy_id)
);
INSERT INTO "proposals" VALUES(1,1,'C1','V1','','2026-10-01','0.524979','accepted',2);
INSERT INTO "proposals" VALUES(2,1,'C3','V1','K1','2026-10-01','0.524979','rejected',2);
CREATE TABLE provider_flows (
	state_hash TEXT NOT NULL, 
	browser_hash TEXT NOT NULL, 
	nonce TEXT NOT NULL, 
	code_verifier TEXT NOT NULL, 
	back TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	CONSTRAINT pk_provider_flows PRIMARY KEY (state_hash)
);
CREATE TABLE publications (
	publication_id INTEGER NOT NULL, 
	plan_id BIGINT NOT NULL, 
	published_by TEXT NOT NULL, 
	reason TEXT, 
	published_at TEXT NOT NULL, 
	CONSTRAINT pk_publications PRIMARY KEY (publication_id), 
	CONSTRAINT fk_publications_plan_id FOREIGN KEY(plan_id) REFERENCES plans (plan_id)
);
INSERT INTO "publications" VALUES(1,1,'Ada','first','2026-11-26T09:59:01.670310+00:00');
CREATE TABLE quotas (
	row_id INTEGER NOT NULL, 
	quota_id TEXT NOT NULL, 
	"group" TEXT, 
	months_out_of_work BIGINT, 
	scope TEXT NOT NULL, 
	scope_id TEXT, 
	min_count BIGINT, 
	max_count BIGINT, 
	min_share TEXT, 
	max_share TEXT, 
	hard BOOLEAN NOT NULL, 
	price TEXT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_quotas PRIMARY KEY (row_id), 
	CONSTRAINT uq_quotas_quota_id UNIQUE (quota_id)
);
CREATE TABLE recovery_codes (
	code_hash TEXT NOT NULL, 
	account_id BIGINT NOT NULL, 
	CONSTRAINT pk_recovery_codes PRIMARY KEY (code_hash), 
	CONSTRAINT fk_recovery_codes_account_id FOREIGN KEY(account_id) REFERENCES accounts (account_id)
);
INSERT INTO "recovery_codes" VALUES('016492811aa5a590515830275178a5589d73e8fd87c6e9cd106bd6543bc885fa',1);
INSERT INTO "recovery_codes" VALUES('a502df324a6221d2d4250f43531494890e6bb22f24cded8fff7e0a92c70ddc98',1);
INSERT INTO "recovery_codes" VALUES('f422939fb6589cb2c00cd3ed1c26f26f495ddf632bda13d9316fabc258f11f7b',1);
INSERT INTO "recovery_codes" VALUES('05041019742335bf1e818add32d4177afb134ed3b3df0356fb4fad999b1a1c56',1);
INSERT INTO "recovery_codes" VALUES('7dfccae590f528d95f8767832fb76798921b1a0d8543f61e7b7ff198826ad3c7',1);
INSERT INTO "recovery_codes" VALUES('8acaca4538b90e8c6c7a4fbb0accaa9b73e906c8c3e434999d5fd2936993ae1f',1);
INSERT INTO "recovery_codes" VALUES('9b20084216c4d9f9c4bd65b3cec93939a0577295c4cd0a9c3d5bc6a40cb4415d',1);
INSERT INTO "recovery_codes" VALUES('212d8adb945f7dce8819c11e4d5795ac96b56e7d45f293326a564cc6b5d33311',1);
INSERT INTO "recovery_codes" VALUES('9a3444b5b80e9de35a07b49b2fef69091fa8ede6ffb76f5b8a269971959a879f',1);
INSERT INTO "recovery_codes" VALUES('f39e7c51a4a942364512548a894f417921c86fa7948d5f49e97748bd1ff0d2df',1);
CREATE TABLE resources (
	row_id INTEGER NOT NULL, 
	resource_id TEXT NOT NULL, 
	"limit" TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	scope_id TEXT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_resources PRIMARY KEY (row_id), 
	CONSTRAINT uq_resources_resource_id UNIQUE (resource_id)
);
CREATE TABLE retention_rules (
	rule_id INTEGER NOT NULL, 
	entity TEXT NOT NULL, 
	after_state TEXT, 
	keep_months BIGINT, 
	is_archived BOOLEAN NOT NULL, 
	legal_basis TEXT NOT NULL, 
	approved_by TEXT NOT NULL, 
	valid_from DATE NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_retention_rules PRIMARY KEY (rule_id)
);
CREATE TABLE rights_requests (
	request_id INTEGER NOT NULL, 
	candidate_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	vacancy_id TEXT, 
	words TEXT NOT NULL, 
	asked_by TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	outcome TEXT, 
	answer TEXT, 
	answered_by TEXT, 
	answered_at TEXT, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_rights_requests PRIMARY KEY (request_id), 
	CONSTRAINT fk_rights_requests_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id), 
	CONSTRAINT fk_rights_requests_vacancy_id FOREIGN KEY(vacancy_id) REFERENCES vacancies (vacancy_id)
);
CREATE TABLE runs (
	run_id INTEGER NOT NULL, 
	job_id BIGINT NOT NULL, 
	problem_hash TEXT NOT NULL, 
	policy_version BIGINT NOT NULL, 
	weights TEXT NOT NULL, 
	as_of DATE, 
	horizon_days BIGINT, 
	seed BIGINT NOT NULL, 
	gap_limit DOUBLE NOT NULL, 
	published_plan_id BIGINT, 
	versions TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (run_id), 
	CONSTRAINT fk_runs_job_id FOREIGN KEY(job_id) REFERENCES jobs (job_id), 
	CONSTRAINT fk_runs_policy_version FOREIGN KEY(policy_version) REFERENCES policies (policy_version), 
	CONSTRAINT fk_runs_problem_hash FOREIGN KEY(problem_hash) REFERENCES snapshots (problem_hash), 
	CONSTRAINT uq_runs_job_id UNIQUE (job_id)
);
INSERT INTO "runs" VALUES(1,1,'sha256:09c1bdb2673d3e4d0f9f908a632820f55ba6211c0810045fd957ccaa8df13d00',1,'{
"version": 1,
"policy": {"name": "default", "tiers": ["shortfall", "placements", "cost", "changes", "tie_break"], "max_route_length": 3, "hours_per_month": 165, "priority_per_year": 0.1, "priority_max_years": 3, "lateness_per_week": 0, "shortfall_weight": {"breach": 10, "dialogue": 0.25, "hard_quota": 10, "required": 1}, "unit_weight": {"credit": 1, "hours": 0.00050505, "person_months": 0.08333333, "persons": 1}, "credit": {}, "outcome": {"intercept": 0.1, "nice_share": 0.8, "per_10_km": -0.08, "apprenticeship": 0.1, "internship": -0.4, "part_time": -0.3}}
}
','2026-09-01',120,0,1.0e-06,NULL,'{"matcher": "0.1.0", "numpy": "2.4.6", "ortools": "9.15.6755", "python": "3.11.7"}','2026-11-26T09:59:01.401758+00:00');
CREATE TABLE second_factors (
	account_id BIGINT NOT NULL, 
	key_id TEXT, 
	secret BLOB NOT NULL, 
	made_at TEXT NOT NULL, 
	confirmed_at TEXT, 
	last_step BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_second_factors PRIMARY KEY (account_id), 
	CONSTRAINT fk_second_factors_account_id FOREIGN KEY(account_id) REFERENCES accounts (account_id)
);
INSERT INTO "second_factors" VALUES(1,NULL,X'50535341514C363453365236494743374635335753414D504543534D4A324B59','2026-11-26T09:59:01.234447+00:00','2026-11-26T09:59:01.234447+00:00',59856238);
CREATE TABLE service_tokens (
	token_id INTEGER NOT NULL, 
	token_hash TEXT NOT NULL, 
	name TEXT NOT NULL, 
	units TEXT, 
	contracts TEXT, 
	made_by TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	revoked_at TEXT, 
	CONSTRAINT pk_service_tokens PRIMARY KEY (token_id), 
	CONSTRAINT uq_service_tokens_token_hash UNIQUE (token_hash)
);
CREATE TABLE sessions (
	session_id INTEGER NOT NULL, 
	token_hash TEXT NOT NULL, 
	account_id BIGINT NOT NULL, 
	made_at TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (session_id), 
	CONSTRAINT fk_sessions_account_id FOREIGN KEY(account_id) REFERENCES accounts (account_id), 
	CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash)
);
CREATE TABLE snapshots (
	problem_hash TEXT NOT NULL, 
	document BLOB NOT NULL, 
	saved_at TEXT NOT NULL, 
	CONSTRAINT pk_snapshots PRIMARY KEY (problem_hash)
);
INSERT INTO "snapshots" VALUES('sha256:09c1bdb2673d3e4d0f9f908a632820f55ba6211c0810045fd957ccaa8df13d00',X'785E9D544D8FD33010BDE757543E6F574E4A77178E70E40A5C506539CE34B1EAD859C7294455FF3B3393342D5040A2B974BEDEBC791EFB948923C4DE062FDEADF2874C74C15933A271125EB7807F44057B3DB8241E5622594C46DF57D13721A6BD768EDC9DD3065AF0A927CB849E934DA37D0DECC23A5546D007B143ABD5DF550C4302E5C0D7A941C00DBA9B30C45E7510551B3C7BF3A72DA1471BA24D238746D01123F231BF8D102245881B41399DC0433FA17D03385009FA17D6E8B47593784E2266B81DA55456BB500F34B97C2CA87FA363A55E8790F42527C2EB602354649F3163F036DD221A8C590227923C16A34929B7F41173D431F869D039F8B2E1DF122437A32F6827B2503713F8604EC2FA04D14047AD2645BC35A07A643CF17F99D0542ED5A145CF1A49904F775DC4E3C2E4BEB1DD52CD787E7661EE1B2AD731A964B923BA36E7336E89D1BEB2158ACCCB909DAE0E654915F121A763D7476D9D2E1DA87D0CD45F14B2785ACBB76B990BC4B95357FC67DDE6DF75D9EE96B9EA0FD6B9BFF3E714A2BD0FF1E0EC3E89F30482C716B5C1759FA79FED79F84F3C7C9F48391269193C973438C6CA61045A63D19B2604B72A03EE1805C057B725CFA4D546522494CED63AE14DC55DD47876896E693E113A6A3C116397E398EC71E6F3857B76A1B7544EA40BBEA6D31057D2B758E3CFFADC03FCB33AB8F0D7CDA0F587B9C9E7499945F9ABB0BB8BB2F4AE5C75256BAEFDC8B5E60EDCEF42D3863DDFD19377AFD83209D0DC876E0DBD58FC5490932FB9A4A7A01CAA1A2EEDDFE3C6B2D693F742F1D71CDAFA360CFE0223255665E7EC076DEBA208','2026-11-26T09:59:01.401758+00:00');
CREATE TABLE stops (
	stop_id INTEGER NOT NULL, 
	is_stopped BOOLEAN NOT NULL, 
	switched_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	switched_at TEXT NOT NULL, 
	CONSTRAINT pk_stops PRIMARY KEY (stop_id)
);
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	run_id BIGINT NOT NULL, 
	content_hash TEXT NOT NULL, 
	document BLOB NOT NULL, 
	made_at TEXT NOT NULL, 
	CONSTRAINT pk_studies PRIMARY KEY (study_id), 
	CONSTRAINT fk_studies_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id), 
	CONSTRAINT uq_studies_run_id UNIQUE (run_id)
);
CREATE TABLE vacancies (
	row_id INTEGER NOT NULL, 
	vacancy_id TEXT NOT NULL, 
	positions BIGINT NOT NULL, 
	contract_id TEXT, 
	occupation TEXT, 
	title TEXT, 
	start_date DATE, 
	latest_start_date DATE, 
	form TEXT NOT NULL, 
	extent_percent BIGINT NOT NULL, 
	duration_months TEXT, 
	municipality TEXT, 
	groups TEXT NOT NULL, 
	resource_id TEXT, 
	resource_use TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_vacancies PRIMARY KEY (row_id), 
	CONSTRAINT fk_vacancies_contract_id FOREIGN KEY(contract_id) REFERENCES contracts (contract_id), 
	CONSTRAINT fk_vacancies_resource_id FOREIGN KEY(resource_id) REFERENCES resources (resource_id), 
	CONSTRAINT uq_vacancies_vacancy_id UNIQUE (vacancy_id)
);
INSERT INTO "vacancies" VALUES(1,'V1',2,'T1',NULL,NULL,NULL,NULL,'employment',100,NULL,NULL,'',NULL,NULL,'proposed',2);
INSERT INTO "vacancies" VALUES(2,'V2',1,'T2',NULL,NULL,NULL,NULL,'employment',100,NULL,NULL,'',NULL,NULL,'awarded',1);
INSERT INTO "vacancies" VALUES(3,'V3',1,NULL,NULL,NULL,'2026-08-01',NULL,'employment',100,NULL,NULL,'',NULL,NULL,'open',1);
CREATE TABLE vacancy_skills (
	row_id INTEGER NOT NULL, 
	vacancy_id TEXT NOT NULL, 
	skill TEXT NOT NULL, 
	level BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	weight TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	CONSTRAINT pk_vacancy_skills PRIMARY KEY (row_id), 
	CONSTRAINT fk_vacancy_skills_vacancy_id FOREIGN KEY(vacancy_id) REFERENCES vacancies (vacancy_id), 
	CONSTRAINT uq_vacancy_skills_vacancy_id_skill_kind UNIQUE (vacancy_id, skill, kind)
);
INSERT INTO "vacancy_skills" VALUES(1,'V1','forklift',1,'must','1','stated',1);
CREATE INDEX ix_cohorts_budget_id ON cohorts (budget_id);
CREATE INDEX ix_cohorts_course_id ON cohorts (course_id);
CREATE INDEX ix_vacancies_contract_id ON vacancies (contract_id);
CREATE INDEX ix_vacancies_resource_id ON vacancies (resource_id);
CREATE INDEX ix_decisions_vacancy_id ON decisions (vacancy_id);
CREATE INDEX ix_enrolments_cohort_id ON enrolments (cohort_id);
CREATE INDEX ix_pairs_candidate_id ON pairs (candidate_id);
CREATE INDEX ix_pairs_resource_id ON pairs (resource_id);
CREATE INDEX ix_pairs_vacancy_id ON pairs (vacancy_id);
CREATE INDEX ix_jobs_state_job_id ON jobs (state, job_id);
CREATE INDEX ix_cases_caseworker ON cases (caseworker);
CREATE INDEX ix_proposals_candidate_id ON proposals (candidate_id);
CREATE INDEX ix_proposals_vacancy_id_state ON proposals (vacancy_id, state);
CREATE INDEX ix_placements_vacancy_id ON placements (vacancy_id);
CREATE INDEX ix_follow_ups_due_on ON follow_ups (due_on);
CREATE INDEX ix_audit_log_entity_entity_id ON audit_log (entity, entity_id);
CREATE INDEX ix_moves_entity_entity_id ON moves (entity, entity_id);
CREATE INDEX ix_decision_log_candidate_id ON decision_log (candidate_id);
CREATE INDEX ix_decision_log_vacancy_id ON decision_log (vacancy_id);
CREATE TRIGGER guard_snapshots_update BEFORE UPDATE ON snapshots BEGIN SELECT RAISE(ABORT, 'rows of snapshots are never changed'); END;
CREATE TRIGGER guard_plans_update BEFORE UPDATE ON plans BEGIN SELECT RAISE(ABORT, 'rows of plans are never changed'); END;
CREATE TRIGGER guard_publications_update BEFORE UPDATE ON publications BEGIN SELECT RAISE(ABORT, 'rows of publications are never changed'); END;
CREATE TRIGGER guard_runs_update BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'rows of runs are never changed'); END;
CREATE TRIGGER guard_outcome_models_update BEFORE UPDATE ON outcome_models BEGIN SELECT RAISE(ABORT, 'rows of outcome_models are never changed'); END;
CREATE TRIGGER guard_model_switches_update BEFORE UPDATE ON model_switches BEGIN SELECT RAISE(ABORT, 'rows of model_switches are never changed'); END;
CREATE TRIGGER guard_decision_log_update BEFORE UPDATE ON decision_log BEGIN SELECT RAISE(ABORT, 'rows of decision_log are never changed'); END;
CREATE TRIGGER guard_moves_update BEFORE UPDATE ON moves BEGIN SELECT RAISE(ABORT, 'rows of moves are never changed'); END;
CREATE TRIGGER guard_audit_log_update BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'rows of audit_log are never changed'); END;
CREATE TRIGGER guard_audit_log_delete BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'rows of audit_log are never changed'); END;
CREATE INDEX ix_sessions_account_id ON sessions (account_id);
CREATE INDEX ix_kept_answers_saved_at ON kept_answers (saved_at);
CREATE INDEX ix_rights_requests_candidate_id ON rights_requests (candidate_id);
CREATE INDEX ix_rights_requests_vacancy_id ON rights_requests (vacancy_id);
CREATE TRIGGER guard_stops_update BEFORE UPDATE ON stops BEGIN SELECT RAISE(ABORT, 'rows of stops are never changed'); END;
CREATE TRIGGER guard_stops_delete BEFORE DELETE ON stops BEGIN SELECT RAISE(ABORT, 'rows of stops are never changed'); END;
CREATE TRIGGER guard_studies_update BEFORE UPDATE ON studies BEGIN SELECT RAISE(ABORT, 'rows of studies are never changed'); END;
CREATE INDEX ix_contracts_start_date ON contracts (start_date);
CREATE INDEX ix_vacancies_start_date ON vacancies (start_date);
CREATE INDEX ix_candidates_available_from ON candidates (available_from);
CREATE INDEX ix_cohorts_start_date ON cohorts (start_date);
CREATE INDEX ix_recovery_codes_account_id ON recovery_codes (account_id);
COMMIT;

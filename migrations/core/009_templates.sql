-- What was installed from which template, with the manifest as it was then. Rows are written once.

create table template_installations (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  template_id text collate "C" not null check (char_length(template_id) between 1 and 128),
  template_version text collate "C" not null check (char_length(template_version) between 1 and 128),
  space_id text collate "C" references spaces (id),
  status text collate "C" not null default 'installed' check (status in ('installed')),
  manifest_snapshot jsonb not null check (jsonb_typeof(manifest_snapshot) = 'object'),
  installed_by_user_id text collate "C" references users (id),
  installed_by_member_id text collate "C" references members (id),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now())
);
create index template_installations_template_idx on template_installations (template_id, created_at, id);
create index template_installations_space_idx on template_installations (space_id, created_at, id)
  where space_id is not null;

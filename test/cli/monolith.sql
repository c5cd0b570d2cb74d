create table users (id serial primary key, username varchar(20) unique, email varchar(100) unique, phone_number varchar(20), hashed_pwd varchar not null);
create table scenarios (id serial primary key, title varchar(200), content text, description varchar(500), status varchar(20) default 'draft', user_id int references users(id) on delete cascade, created_at timestamp not null, updated_at timestamp not null);
create table tags (id serial primary key, name varchar(50) unique, user_id int);
create table scenario_tags (scenario_id int references scenarios(id), tag_id int references tags(id), primary key (scenario_id, tag_id));
create table comments (id serial primary key, content text, scenario_id int references scenarios(id), user_id int references users(id), parent_id int references comments(id));
create table scenario_shares (id serial primary key, scenario_id int references scenarios(id), user_id int references users(id), permission varchar(20) default 'view');

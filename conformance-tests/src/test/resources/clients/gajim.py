"""Runs Gajim on the current display and types the password, which is in $PASSWORD.
usage: gajim.py HOME PORT ACCOUNT CERTIFICATE avatar HASH, or gajim.py HOME PORT ACCOUNT CERTIFICATE room ROOM
avatar: waits until Gajim has fetched the avatar, opens the list of contacts, and takes screenshots until it is stopped.
room: Gajim enters the room because of a bookmark. Reads commands, "say TEXT" and "hear TEXT", and prints each when it is done."""
import glob, json, os, shutil, sqlite3, subprocess, sys, time, uuid

home, port, account, certificate, task, argument = sys.argv[1:]
config, data = home + '/.config/gajim', home + '/.local/share/gajim'
os.makedirs(config)
os.makedirs(data + '/cert_store')
shutil.copy(certificate, data + '/cert_store/server')
settings = sqlite3.connect(config + '/settings.sqlite')
settings.executescript('create table settings (name text unique, settings text); create table account_settings (account text unique, settings text);')
ours = {'app': {'use_keyring': False, 'remote_control': True, 'check_for_update': False, 'plugins_auto_update_check': False, 'plugins_update_check': False},
        'soundevents': {}, 'status_presets': {}, 'proxies': {}, 'plugins': {}, 'workspaces': {str(uuid.uuid4()): {}}}
for name in ours:
    settings.execute('insert into settings values (?, ?)', (name, json.dumps(ours[name])))
name, host = account.split('@')
settings.execute('insert into account_settings values (?, ?)', ('test', json.dumps({'account': {'active': True, 'name': name, 'hostname': host, 'use_custom_host': True,
    'custom_host': '127.0.0.1', 'custom_port': int(port), 'custom_type': 'START TLS', 'autoconnect': True}, 'contact': {}, 'group_chat': {}})))
settings.execute('pragma user_version = 5')
settings.commit()
settings.close()
gajim = subprocess.Popen(['gajim', '-v'], stdout=open(home + '/gajim.log', 'w'), stderr=subprocess.STDOUT)


def until(event, condition):
    end = time.time() + 60
    while not condition():
        if gajim.poll() is not None or time.time() > end:
            print('no', event, flush=True)
            gajim.kill()
            sys.exit(1)
        time.sleep(0.1)


def window(title):
    return subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', title], capture_output=True, text=True).stdout.split()


until('question for the password', lambda: window('Password Required'))
subprocess.run(['xdotool', 'windowfocus', '--sync', window('Password Required')[0], 'type', os.environ['PASSWORD']])
subprocess.run(['xdotool', 'key', 'Return'])


def heard():
    """Returns the messages of the room in Gajim's history, as "NICKNAME: TEXT"."""
    with sqlite3.connect(data + '/logs.db') as history:
        return [nick + ': ' + text for nick, text in history.execute('select contact_name, message from logs natural join jids where jid = ? and message is not null', (argument,))]


def say(text):
    return subprocess.run(['gajim-remote', 'send_groupchat_message', argument, text, 'test'], capture_output=True, text=True).stdout.strip() == 'True'


def talk():
    for line in sys.stdin:
        command, text = line.strip().split(' ', 1)
        until(line, lambda: say(text) if command == 'say' else text in heard())
        print(line.strip(), flush=True)


def show():
    until('avatar', lambda: glob.glob(home + '/.cache/gajim/avatars/' + argument + '*'))
    while gajim.poll() is None:
        subprocess.run(['xdotool', 'mousemove', '34', '468', 'click', '1']) # opens the page of the account, with its contacts
        subprocess.run(['scrot', '-o', home + '/screen.part.png'])
        os.rename(home + '/screen.part.png', home + '/screen.png')
        time.sleep(0.5)
    sys.exit(1)


try:
    show() if task == 'avatar' else talk()
finally:
    gajim.kill()

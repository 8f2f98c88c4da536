/** Short names and characters of the emoji people use most, grouped as a picker shows them. */

const GROUPS = {
  "Often used": `
    eyes 👀 white_check_mark ✅ +1 👍 pushpin 📌 fire 🔥 rotating_light 🚨 warning ⚠️ raised_hands 🙌
    tada 🎉 heart ❤️ pray 🙏 x ❌ pager 📟 bulb 💡 rocket 🚀 thinking_face 🤔`,
  Faces: `
    grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rolling_on_the_floor_laughing 🤣
    slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩
    kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪 hugging_face 🤗 shushing_face 🤫
    zipper_mouth_face 🤐 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒
    face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷
    face_with_thermometer 🤒 nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 dizzy_face 😵
    exploding_head 🤯 partying_face 🥳 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐 confused 😕 worried 😟
    slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳 pleading_face 🥺 fearful 😨 cold_sweat 😰
    cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡
    angry 😠 poop 💩 skull 💀 ghost 👻 alien 👽 robot_face 🤖 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊
    melting_face 🫠 saluting_face 🫡`,
  "People and hands": `
    wave 👋 raised_hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_up_2 👆
    point_down 👇 -1 👎 fist ✊ facepunch 👊 clap 👏 open_hands 👐 handshake 🤝 writing_hand ✍️ muscle 💪 brain 🧠
    ear 👂 bust_in_silhouette 👤 busts_in_silhouette 👥 firefighter 🧑‍🚒 technologist 🧑‍💻 detective 🕵️ shrug 🤷
    face_palm 🤦 superhero 🦸 runner 🏃 man-running 🏃‍♂️ woman-running 🏃‍♀️ raising_hand 🙋 bow 🙇 construction_worker 👷
    police_officer 👮 ninja 🥷`,
  "Nature and food": `
    dog 🐶 cat 🐱 fox_face 🦊 bear 🐻 panda_face 🐼 penguin 🐧 owl 🦉 bee 🐝 bug 🐛 turtle 🐢 snail 🐌 octopus 🐙
    whale 🐳 unicorn_face 🦄 snake 🐍 elephant 🐘 sloth 🦥 cactus 🌵 evergreen_tree 🌲 seedling 🌱 herb 🌿
    four_leaf_clover 🍀 sunflower 🌻 rose 🌹 earth_africa 🌍 crescent_moon 🌙 star ⭐ star2 🌟 sparkles ✨ zap ⚡
    boom 💥 sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ snowflake ❄️ snowman ⛄ tornado 🌪️ ocean 🌊 droplet 💧
    rainbow 🌈 coffee ☕ tea 🍵 beer 🍺 beers 🍻 pizza 🍕 hamburger 🍔 taco 🌮 doughnut 🍩 cookie 🍪 cake 🍰
    birthday 🎂 apple 🍎 banana 🍌 lemon 🍋 popcorn 🍿`,
  "Work and things": `
    pager 📟 telephone_receiver 📞 phone ☎️ iphone 📱 computer 💻 desktop_computer 🖥️ keyboard ⌨️ floppy_disk 💾 cd 💿
    printer 🖨️ battery 🔋 electric_plug 🔌 satellite_antenna 📡 mag 🔍 mag_right 🔎 microscope 🔬 telescope 🔭
    wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ toolbox 🧰 nut_and_bolt 🔩 link 🔗 chains ⛓️ fire_extinguisher 🧯
    fire_engine 🚒 ambulance 🚑 police_car 🚓 car 🚗 airplane ✈️ ship 🚢 anchor ⚓ traffic_light 🚥 vertical_traffic_light 🚦
    construction 🚧 lock 🔒 unlock 🔓 key 🔑 shield 🛡️ package 📦 inbox_tray 📥 outbox_tray 📤 email 📧 envelope ✉️
    incoming_envelope 📨 mailbox 📫 memo 📝 pencil2 ✏️ page_facing_up 📄 page_with_curl 📃 scroll 📜 clipboard 📋
    book 📖 books 📚 notebook 📓 ledger 📒 bookmark 🔖 bookmark_tabs 📑 label 🏷️ newspaper 📰 file_folder 📁
    open_file_folder 📂 card_index 📇 card_index_dividers 🗂️ file_cabinet 🗄️ wastebasket 🗑️ calendar 📅 date 📅
    spiral_calendar_pad 🗓️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 round_pushpin 📍
    paperclip 📎 scissors ✂️ triangular_ruler 📐 thermometer 🌡️ stethoscope 🩺 adhesive_bandage 🩹 pill 💊 syringe 💉
    test_tube 🧪 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 hourglass ⌛
    hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ mantelpiece_clock 🕰️ moneybag 💰 dollar 💵
    credit_card 💳 shopping_trolley 🛒 gift 🎁 balloon 🎈 confetti_ball 🎊 trophy 🏆 medal 🏅 first_place_medal 🥇 dart 🎯
    game_die 🎲 jigsaw 🧩 art 🎨 musical_note 🎵 microphone 🎤 headphones 🎧 movie_camera 🎥 camera 📷 tv 📺
    crystal_ball 🔮 magnet 🧲 bomb 💣 firecracker 🧨 door 🚪 broom 🧹 ticket 🎫 house 🏠 office 🏢 factory 🏭 hospital 🏥
    bank 🏦 world_map 🗺️ compass 🧭 checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ crossed_flags 🎌
    pirate_flag 🏴‍☠️`,
  Symbols: `
    heavy_check_mark ✔️ ballot_box_with_check ☑️ heavy_multiplication_x ✖️ negative_squared_cross_mark ❎ no_entry ⛔
    no_entry_sign 🚫 octagonal_sign 🛑 exclamation ❗ question ❓ grey_question ❔ bangbang ‼️ 100 💯 sos 🆘 ok 🆗 new 🆕
    free 🆓 up 🆙 cool 🆒 information_source ℹ️ heavy_plus_sign ➕ heavy_minus_sign ➖ arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️
    arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_heading_up ⤴️ leftwards_arrow_with_hook ↩️
    arrows_counterclockwise 🔄 arrows_clockwise 🔃 repeat 🔁 rewind ⏪ fast_forward ⏩ arrow_forward ▶️ double_vertical_bar ⏸️
    black_square_for_stop ⏹️ red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢
    large_blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤 white_circle ⚪ black_circle ⚫ large_red_square 🟥
    large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 black_large_square ⬛
    white_large_square ⬜ small_red_triangle 🔺 small_red_triangle_down 🔻 large_orange_diamond 🔶 large_blue_diamond 🔷
    small_blue_diamond 🔹 radio_button 🔘 zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣
    keycap_ten 🔟 hash #️⃣ recycle ♻️ infinity ♾️ atom_symbol ⚛️ radioactive_sign ☢️ biohazard_sign ☣️ broken_heart 💔
    orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 zzz 💤 dash 💨
    sweat_drops 💦 collision 💥 left_speech_bubble 🗨️ mute 🔇 sound 🔉 loud_sound 🔊 low_battery 🪫 ice_cube 🧊`,
};

/** Other names Slack accepts for the same emoji. */
export const ALIASES = {
  thumbsup: "+1",
  thumbsdown: "-1",
  thinking: "thinking_face",
  hankey: "poop",
  punch: "facepunch",
  running: "runner",
  telephone: "phone",
  pencil: "memo",
  hugs: "hugging_face",
  heavy_exclamation_mark: "exclamation",
  large_red_circle: "red_circle",
  orange_circle: "large_orange_circle",
  yellow_circle: "large_yellow_circle",
  green_circle: "large_green_circle",
  blue_circle: "large_blue_circle",
  large_white_circle: "white_circle",
  stop_sign: "octagonal_sign",
  spiral_calendar: "spiral_calendar_pad",
  card_file_box: "file_cabinet",
  clock: "mantelpiece_clock",
  "man-shrugging": "shrug",
  "woman-shrugging": "shrug",
  "man-facepalming": "face_palm",
  "woman-facepalming": "face_palm",
  facepalm: "face_palm",
  party: "tada",
  bee2: "bee",
  honeybee: "bee",
  envelope_with_arrow: "incoming_envelope",
};

function parse(list) {
  const words = list.trim().split(/\s+/);
  const pairs = [];
  for (let at = 0; at + 1 < words.length; at += 2) pairs.push([words[at], words[at + 1]]);
  return pairs;
}

/** Group title → [short name, character] pairs. */
export const EMOJI_GROUPS = Object.entries(GROUPS).map(([title, list]) => [title, parse(list)]);

/** Short name → character. */
export const EMOJI = new Map(EMOJI_GROUPS.flatMap(([, pairs]) => pairs));

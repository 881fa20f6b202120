/** Words that passwords are commonly made of, this product's own name among them. */
export const COMMON_WORDS: readonly string[] = `
  password passwort motdepasse contrasena parola senha passw0rd pass secret secure login welcome admin administrator
  root user guest test tester testing demo default changeme letmein access master qwerty azerty iloveyou love lovely
  princess sunshine shadow monkey dragon tiger eagle falcon panther lion wolf bear phoenix football baseball soccer
  basketball hockey golf tennis superman batman spiderman ironman starwars pokemon minecraft fortnite hunter killer
  ninja pirate wizard freedom whatever trustno flower summer winter spring autumn january february march april june
  july august september october november december monday tuesday wednesday thursday friday saturday sunday charlie
  michael jessica jennifer daniel thomas robert matthew jordan michelle ashley andrew joshua anthony nicole samantha
  computer internet server database postgres postgresql docker kubernetes linux ubuntu windows microsoft google
  facebook amazon apple samsung android internet network system backend plystra company office business manager
  cheese chocolate coffee banana orange cookie pepper ginger butter diamond silver golden purple yellow london paris
  berlin america canada china india mexico brazil mustang ferrari porsche mercedes harley yamaha corvette
`
  .trim()
  .split(/\s+/);

/** Sayings that are long enough for any rule of length, and so are what people fall back on. */
export const COMMON_PHRASES: readonly string[] = `
  correcthorsebatterystaple thisismypassword thisisapassword thisisasecret mypasswordis mypasswordispassword
  mysecretpassword mysuperpassword supersecretpassword verysecretpassword verylongpassword averylongpassword
  longpassword longenoughpassword strongpassword averystrongpassword securepassword verysecurepassword
  passwordpassword adminpassword administratorpassword rootpassword userpassword testpassword temporarypassword
  temppassword initialpassword defaultpassword masterpassword newpassword oldpassword companypassword
  iforgotmypassword forgotpassword donotforgetthis changethispassword changemeplease pleasechangeme
  pleasechangethis changemeimmediately letmeinplease pleaseletmein openthedoor opensesame abracadabra
  iloveyouforever iloveyousomuch iloveyoubaby ilovemyfamily ilovemywife ilovemyhusband ilovemydog ilovemycat
  iloveyoumom iloveyoudad ilovejesus jesusislord godisgood godblessyou inGodwetrust trustnoone trustnobody
  maytheforcebewithyou tobeornottobe winteriscoming livelonganprosper livelongandprosper helloworldhelloworld
  helloworld hellohello hellokitty goodmorning goodnight happybirthday happynewyear merrychristmas
  thequickbrownfox thequickbrownfoxjumpsoverthelazydog loremipsum loremipsumdolorsitamet
  manchesterunited liverpoolfootballclub realmadrid fcbarcelona bayernmunich dallascowboys
  itsasecret idontknow idontcare whocares nopassword nopasswordneeded withoutpassword
  plystraplystra plystraadmin plystrapassword plystrasecret plystraserver plystrabackend plystrasuperadmin
`
  .trim()
  .toLowerCase()
  .split(/\s+/);

/** What people put at the end of a word, or before it, when a digit or sign is asked for. */
export const TAILS: readonly string[] = `
  0 1 2 3 5 7 9 01 11 12 13 21 22 23 69 77 88 99 00 007 101 111 123 222 234 321 333 444 456 555 666 777 789 888 911
  999 000 1111 1234 1212 1313 4321 7777 9999 0000 12345 54321 123123 123456 654321 111111 000000 1234567 12345678
  123456789 1234567890 ! !! !!! ? # * 1! 12! 123! 1234! 12345! 123456! !1 !12 !123 @1 @12 @123 @1234 #1 #123 $1 $123
  abc xyz abc123 123abc qwe qwerty 1q2w3e 1a2b3c
`
  .trim()
  .split(/\s+/);

// A request is dealt with. To a colleague it is a summary, until he says what he opens it for; that he
// did stands on the page of who looked.
import { story } from './world.mjs'

story('what was dealt with is a summary until somebody says what for', async (world) => {
  const owen = await world.signIn('owen@marram.example')
  await owen.asksInDanger('Shouting in the hall', 'Invented-Quay')
  await owen.press('Send the request')

  const dee = await world.signIn('dee@hub.example')
  await dee.go('/hub')
  await dee.follow('Invented-Quay')
  const contact = new URL(dee.page.url()).pathname
  await dee.press('Take it on')
  await dee.follow('Decide for')
  await dee.choose('Level 3 Intensive', 'Level of need')
  await dee.choose('Intensive family support', 'What happens next')
  for (const field of ['Risk', 'Strengths', 'The child’s voice', 'Reasons']) await dee.type(field, 'As written.')
  await dee.press('Record the decision')
  await dee.choose('The decision and the reasons', 'How much is the requester told?')
  await dee.type('Why, in words for the requester', 'A family worker will visit this week.')
  await dee.press('Send the answer')
  await dee.reads('Shouting in the hall')
  await dee.doesNotRead('This is a summary.')

  const sunil = await world.signIn('sunil@hub.example')
  await sunil.go(contact)
  await sunil.reads('This is a summary.')
  await sunil.reads('Level 3 Intensive: Intensive family support')
  await sunil.doesNotRead('Shouting in the hall')
  await sunil.passesAxe()
  await sunil.picture('a-summary-of-a-request')
  await sunil.page.locator('main table a[href^="/people/"]').first().click()
  await sunil.reads('Nothing is open about them.')
  const child = new URL(sunil.page.url()).pathname
  await sunil.passesAxe()
  await sunil.press('Open it')
  await sunil.reads('Choose what you open it for')
  await sunil.choose('Something else', 'What do you open it for?')
  await sunil.press('Open it')
  await sunil.reads('Enter why, in 20 characters or more of your own')
  await sunil.passesAxe()
  await sunil.picture('a-summary-of-a-child')
  await sunil.choose('Somebody has told us something about them', 'What do you open it for?')
  await sunil.press('Open it')
  await sunil.reads('A family worker will visit this week.')
  await sunil.go(contact)
  await sunil.reads('Shouting in the hall')

  const marguerite = await world.signIn('marguerite@hub.example')
  await marguerite.go(`${child}/addresses`)
  await marguerite.reads('Nothing is open about them.')
})
